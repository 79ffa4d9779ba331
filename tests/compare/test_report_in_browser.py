"""A browser opens the page without complaint and without network, sorts it, and runs no label."""

import base64
import json
import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from medresample.compare import compare_samplers
from medresample.over_sampling import SMOTE, RandomOverSampler

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(
    BROWSER is None or sys.platform == "win32", reason="needs chromium or google-chrome on the path"
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)
PATIENCE = 60  # seconds
# The browser reads what is asked from file 3, and writes what it says to file 4.
START = """
import os, sys
given = [int(number) for number in sys.argv[1:3]]
high = [os.dup2(fd, 100 + place) for place, fd in enumerate(given)]
for place, fd in enumerate(high):
    os.dup2(fd, 3 + place)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """A browser that is spoken to over two pipes, in JSON with a zero after each message."""

    def __init__(self, profile):
        to_read, self.to = os.pipe()
        self.back, to_write = os.pipe()
        command = [sys.executable, "-c", START, str(to_read), str(to_write), BROWSER, *FLAGS]
        self.process = subprocess.Popen(
            [*command, f"--user-data-dir={profile}"],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self.rest, self.events, self.number, self.session = b"", [], 0, None

    def open(self, address):
        """Open a page, keep all that happens in `events`, and wait until it is loaded."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        told = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = told["sessionId"]
        for room in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{room}.enable")
        self.events.clear()
        self.ask("Page.navigate", url=address)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._hear()

    def ask(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session is not None:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while (answer := self._hear()).get("id") != self.number:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def run(self, script):
        """The value of an expression on the page."""
        told = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def _hear(self):
        import select

        until = time.monotonic() + PATIENCE
        while b"\0" not in self.rest:
            left = max(until - time.monotonic(), 0)
            if not select.select([self.back], [], [], left)[0]:
                raise TimeoutError(f"The browser said nothing for {PATIENCE} seconds.")
            part = os.read(self.back, 1 << 16)
            assert part, "the browser has gone"
            self.rest += part
        message, _, self.rest = self.rest.partition(b"\0")
        told = json.loads(message)
        if "method" in told:
            self.events.append(told)
        return told

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.to)
        os.close(self.back)


EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A page of labels, columns and names that would like to be run."""
    rng = np.random.default_rng(0)
    y = np.where(np.arange(90) < 30, "<script>alert(2)</script>", "=HYPERLINK('x')")
    X = pd.DataFrame(rng.normal(size=(90, 2)) + (np.arange(90) < 30)[:, None])
    X.columns = [EVIL, "'\"><script>alert(3)</script>"]
    result = compare_samplers(
        {EVIL: SMOTE(), "</script><script>alert(4)</script>": RandomOverSampler()},
        {"' onmouseover='alert(5)": LogisticRegression()},
        X,
        y,
        cv=3,
        n_repeats=1,
        scoring=["auroc", "brier", "sensitivity", "specificity"],
        progress=False,
        title=EVIL,
        description="javascript:alert(6)",
    )
    return result, result.report(tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(scope="module")
def browser(report, tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    try:
        browser.open(report[1].as_uri())
        yield browser
    finally:
        browser.close()


def test_it_opens_without_complaint_without_network_and_without_running_labels(browser, report):
    browser.run("new Promise(done => setTimeout(done, 100))")
    happened = {event["method"] for event in browser.events}
    assert not happened & {
        "Runtime.exceptionThrown",
        "Runtime.consoleAPICalled",
        "Log.entryAdded",
        "Page.javascriptDialogOpening",
    }
    asked = [
        event["params"]["request"]["url"]
        for event in browser.events
        if event["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in asked if not url.startswith("data:")] == [report[1].as_uri()]
    assert browser.run("document.scripts.length") == 1
    assert browser.run("document.querySelector('strong').textContent") == EVIL
    wide = "[...document.images].filter(image => !image.complete || image.naturalWidth < 50).length"
    assert browser.run(wide) == 0


def column(browser, number):
    """The names and the values of a column of the first table of scores, top down."""
    rows = "[...document.querySelector('table.scores').tBodies[0].rows].slice(1)"
    script = f"{rows}.map(row => [row.cells[0].textContent, row.cells[{number}].dataset.value])"
    return browser.run(script)


def test_a_header_sorts_both_ways(browser, report):
    head = "document.querySelector('table.scores thead').rows[0].cells[1]"
    before = column(browser, 1)
    assert [name for name, _ in before] == list(report[0].samplers)
    orders = []
    for state in ("descending", "ascending"):
        # a press of the space bar on the button that has the focus
        browser.run(f"{head}.querySelector('button').focus()")
        for kind in ("keyDown", "keyUp"):
            key = {"key": " ", "code": "Space", "windowsVirtualKeyCode": 32, "text": " "}
            browser.ask("Input.dispatchKeyEvent", type=kind, **key)
        assert browser.run(f"{head}.getAttribute('aria-sort')") == state
        assert browser.run("document.querySelectorAll('[aria-sort]').length") == 1
        assert state in browser.run("document.getElementById('sorted').textContent")
        orders.append([float(value) for _, value in column(browser, 1)])
    assert orders[0] == sorted(orders[0], reverse=True)
    assert orders[1] == sorted(orders[1])
    assert sorted(column(browser, 1)) == sorted(before)
    browser.run("document.querySelector('table.scores thead th button').click()")
    names = [name for name, _ in column(browser, 1)]
    assert names == browser.run(f"{json.dumps(names)}.sort((a, b) => a.localeCompare(b))")
    assert browser.run(
        "document.querySelector('tr.block') === document.querySelector('tbody .block')"
    )


def test_a_link_gives_the_numbers(browser, report, tmp_path):
    browser.ask("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    browser.run(
        "document.querySelector('a[download=\"medresample-differences-auroc.csv\"]').click()"
    )
    path, until = tmp_path / "medresample-differences-auroc.csv", time.monotonic() + PATIENCE
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.05)
    read, table = pd.read_csv(path), report[0].summary("auroc")
    np.testing.assert_allclose(read["difference"], table["difference"], rtol=1e-5)
    assert read["sampler"].to_list() == table["sampler"].to_list()


def test_it_prints_whole_figures(browser):
    browser.ask("Emulation.setEmulatedMedia", media="print")
    try:
        assert browser.run("getComputedStyle(document.querySelector('nav')).display") == "none"
        broken = (
            "[...document.querySelectorAll('figure')]"
            ".filter(f => getComputedStyle(f).breakInside !== 'avoid').length"
        )
        assert browser.run(broken) == 0
        page = base64.b64decode(browser.ask("Page.printToPDF", preferCSSPageSize=True)["data"])
        assert page.startswith(b"%PDF")
    finally:
        browser.ask("Emulation.setEmulatedMedia", media="")
