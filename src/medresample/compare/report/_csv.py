"""How do the numbers of a figure leave the page? As a CSV file inside a link."""

from __future__ import annotations

import csv
import io
import re
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Download(NamedTuple):
    """A link that holds a file: what it is called, its name, and its content as an address."""

    label: str
    file: str
    href: str


def csv_text(table: Any) -> str:
    """A table as comma-separated values: six digits, nothing where a value is missing.

    A text that a spreadsheet would run as a formula gets a quote before it; numbers stay as they
    are.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_harmless(str(column)) for column in table.columns])
    for row in table.itertuples(index=False, name=None):
        writer.writerow([_cell(value) for value in row])
    return buffer.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return _harmless(value)
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, float | np.floating):
        return "" if np.isnan(value) else f"{value:.6g}"
    return "" if value is None else _harmless_unless_number(value)


def _harmless_unless_number(value: Any) -> str:
    return str(value) if isinstance(value, int | np.integer) else _harmless(str(value))


def _harmless(text: str) -> str:
    text = text.replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def download(table: Any, *names: str, label: str = "Numbers as CSV") -> Download:
    """A link to a table; `names` make the name of the file."""
    words = re.sub(r"[^a-z0-9]+", "-", "-".join(names).lower()).strip("-")[:80]
    href = "data:text/csv;charset=utf-8," + quote(csv_text(table), safe="()*!,:;@$/")
    return Download(label, f"medresample-{words}.csv", href)
