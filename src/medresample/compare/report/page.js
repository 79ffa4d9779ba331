"use strict";
// Makes the headers of a table buttons that sort its rows. Without this script the table is the same, unsorted.
(function () {
  var message = document.getElementById("sorted");

  function valueOf(row, column) {
    var cell = row.cells[column];
    var value = cell.getAttribute("data-value");
    return value === null ? cell.textContent.trim() : value;
  }

  function compare(one, other, column, isNumeric, direction) {
    var a = valueOf(one, column), b = valueOf(other, column);
    if (a === "" || b === "") { return a === b ? 0 : a === "" ? 1 : -1; }
    return direction * (isNumeric ? Number(a) - Number(b) : a.localeCompare(b));
  }

  function sort(table, header, column) {
    var isNumeric = header.hasAttribute("data-numeric");
    var now = header.getAttribute("aria-sort");
    var next = now === "ascending" ? "descending" : now === "descending" ? "ascending" : isNumeric ? "descending" : "ascending";
    table.querySelectorAll("th[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
    header.setAttribute("aria-sort", next);
    Array.prototype.forEach.call(table.tBodies, function (body) {
      var rows = Array.prototype.filter.call(body.rows, function (row) { return !row.classList.contains("block"); });
      rows.sort(function (one, other) { return compare(one, other, column, isNumeric, next === "ascending" ? 1 : -1); });
      rows.forEach(function (row) { body.appendChild(row); });
    });
    message.textContent = "Sorted by " + header.textContent.trim() + ", " + next + ".";
  }

  document.getElementById("howto").hidden = false;
  document.querySelectorAll("table.sortable").forEach(function (table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (header, column) {
      var button = document.createElement("button");
      button.type = "button";
      while (header.firstChild) { button.appendChild(header.firstChild); }
      header.appendChild(button);
      button.addEventListener("click", function () { sort(table, header, column); });
    });
  });
})();
