"""The page is built to be read, heard, printed, sorted and taken apart; nothing gets out of it."""

import base64
import csv
import hashlib
import io
import re
from html.parser import HTMLParser
from importlib import resources
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest
from sklearn.naive_bayes import GaussianNB

from medresample.compare import CurvesDisplay, compare_samplers
from medresample.compare._words import findings
from medresample.compare.report import report_html
from medresample.compare.report._csv import csv_text, download
from medresample.compare.report._guidelines import answers
from medresample.compare.report._in_short import in_short
from medresample.over_sampling import RandomOverSampler

VOID = ("meta", "img", "br", "link")


class Page(HTMLParser):
    """Every tag with its attributes, what it is in, and the words in it."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        inside = tuple(name for name, _ in self.open)
        found = {"tag": tag, "attrs": dict(attrs), "inside": inside, "words": ""}
        self.tags.append(found)
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for _, found in self.open:
            found["words"] += data

    def all(self, tag, **attrs):
        return [
            found
            for found in self.tags
            if found["tag"] == tag and attrs.items() <= found["attrs"].items()
        ]


@pytest.fixture(scope="module")
def page(report_text):
    return Page(report_text)


def files(page):
    """Name and rows of every file that the page holds."""
    found = {}
    for link in page.all("a"):
        if "download" in link["attrs"]:
            kind, _, content = link["attrs"]["href"].partition(",")
            assert kind == "data:text/csv;charset=utf-8"
            assert link["attrs"]["download"] not in found
            found[link["attrs"]["download"]] = list(csv.reader(io.StringIO(unquote(content))))
    return found


# Numbers


def test_every_figure_can_be_had_as_numbers(page):
    figures, images = page.all("figure"), page.all("img")
    assert len(figures) == len(images) == 4 + 2 * 4 + 2
    links = [link for link in page.all("a") if "figure" in link["inside"]]
    assert len(links) == len(figures) + 2  # calibration has two tables
    for name, rows in files(page).items():
        assert re.fullmatch(r"medresample-[a-z0-9-]+\.csv", name)
        assert len(rows) > 1
        assert {len(row) for row in rows} == {len(rows[0])}


def test_the_numbers_are_those_of_the_result(page, result):
    found = files(page)
    heads, *rows = found["medresample-differences-auroc.csv"]
    table = result.summary("auroc")
    assert heads == list(table.columns)
    column = heads.index("difference")
    read = [float(row[column] or "nan") for row in rows]
    np.testing.assert_allclose(read, table["difference"], rtol=1e-5)
    assert len(found["medresample-folds.csv"]) == 1 + len(result.folds_)
    heads, *rows = found["medresample-curves-tree.csv"]
    assert heads == ["sampler", "repeat", "x", "sensitivity", "ppv"]
    drawn = CurvesDisplay.from_result(result, "tree").table
    for column, curve in ((3, "roc"), (4, "pr")):
        expected = drawn.loc[drawn["curve"] == curve, "y"]
        np.testing.assert_allclose([float(row[column]) for row in rows], expected, atol=5e-5)


def test_no_text_of_a_file_is_a_formula():
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "-none", 'a,"b"\n=c', "fine"]
    table = pd.DataFrame({"=name": evil, "value": -np.arange(len(evil)) / 3})
    heads, *rows = csv.reader(io.StringIO(csv_text(table), newline=""))
    assert heads == ["'=name", "value"]
    for (read, value), was in zip(rows, evil, strict=True):
        assert not read.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
        assert read.removeprefix("'") == was
        assert float(value) <= 0  # a negative number stays a number
    link = download(table, "=Ü<b>/../x", "")
    assert link.file == "medresample-b-x.csv"
    assert not set(link.href) & set("\"'<> \n")


# Structure


def test_contents_and_plain_words_come_first(page):
    heads = [found["words"].strip() for found in page.all("h2")]
    assert heads == [
        "Contents",
        "Summary in plain words",
        "The data in numbers",
        "Differences to “none”",
        "Curves: ranking, risks, decisions",
        "What each method did to the rows",
        "Every score",
        "Settings that repeat it",
        "What reporting guidelines ask",
        "What is known from elsewhere",
    ]


def test_links_and_labels_lead_somewhere(page):
    ids = [found["attrs"]["id"] for found in page.tags if "id" in found["attrs"]]
    assert len(set(ids)) == len(ids)
    inner = [
        link["attrs"]["href"][1:] for link in page.all("a") if "#" in link["attrs"]["href"][:1]
    ]
    assert len(inner) == 1 + 9  # the skip link, and the contents
    labels = [found["attrs"].get("aria-labelledby") for found in page.tags]
    assert set(inner) | set(filter(None, labels)) <= set(ids)
    first = page.all("body")[0], page.all("a")[0]
    assert first[1]["attrs"] == {"class": "skip", "href": "#summary"}
    assert page.all("html", lang="en")


def test_tables_say_what_they_hold(page):
    tables = page.all("table")
    assert len(tables) == len(page.all("caption"))
    for head in page.all("th"):
        assert head["attrs"]["scope"] in ("col", "row", "rowgroup")
        assert head["words"].strip()
    for region in page.all("div", role="region"):
        assert region["attrs"]["aria-label"]
        assert region["attrs"]["tabindex"] == "0"


def test_cells_are_sorted_by_their_numbers(page):
    cells = [cell for cell in page.all("td") if cell["attrs"].get("data-value")]
    assert len(cells) > 100
    for cell in cells:
        shown = re.match(r"[+−]?[\d.]+", cell["words"].strip())
        value = float(cell["attrs"]["data-value"])
        assert float(shown[0].replace("−", "-")) == pytest.approx(value, abs=0.06)


def test_every_fold_is_told(page, result):
    rows = [row for row in page.all("tr") if "details" in row["inside"]]
    told = [row for row in rows if re.search(r"Repeat \d+, fold \d+", row["words"])]
    assert len(told) == len(result.samplers) * result.data_["n_splits"]


def test_the_page_is_of_moderate_size(report_text):
    assert len(report_text.encode()) < 3_000_000


# Safety


def test_the_page_runs_its_own_script_and_nothing_else(page):
    (policy,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    (script,) = page.all("script")
    digest = base64.b64encode(hashlib.sha256(script["words"].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy["attrs"]["content"]
    assert policy["attrs"]["content"].startswith("default-src 'none'")
    assert "unsafe" not in policy["attrs"]["content"].replace("style-src 'unsafe-inline'", "")
    assert script["attrs"] == {}
    for found in page.tags:
        assert not [name for name in found["attrs"] if name.startswith("on")]


def test_the_script_writes_no_markup():
    source = resources.files("medresample.compare.report").joinpath("page.js").read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|</", source)


# Looks


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_what_the_guidelines_ask_for():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    style = resources.files("medresample.compare.report").joinpath("page.css").read_text("utf-8")
    colors = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", style))
    used = set(re.findall(r"(?:^|[ ;{])color: ([^;}]+)", style)) - {"inherit"}
    papers = set(re.findall(r"background: ([^;}]+)", style)) - {"none"}
    assert all(re.fullmatch(r"var\(--\w+\)", name) for name in used | papers)
    named = [{colors[name[6:-1]] for name in names} for names in (used, papers)]
    assert len(named[0]) == 3
    assert len(named[1]) == 3
    for text in named[0]:
        for paper in named[1]:
            assert contrast(text, paper) >= 4.5


def test_figures_are_not_cut_in_print():
    style = resources.files("medresample.compare.report").joinpath("page.css").read_text("utf-8")
    printed = style[style.index("@media print") :]
    assert re.search(r"figure[^}]*break-inside: avoid", printed)
    assert re.search(r"img[^}]*max-height: 2\d\dmm", printed)
    assert re.search(r"\.scroll \{ overflow: visible", printed)


# Other comparisons


def own_score(estimator, X, y):
    return float(np.mean(estimator.predict(X) == y))


@pytest.fixture(scope="module")
def three():
    """Three classes, an external test set, recalibrated risks, and a score of one's own."""
    rng = np.random.default_rng(0)
    y = np.repeat(["calm", "ill & <weak>", "dead"], [120, 60, 30])
    X = rng.normal(size=(210, 3)) + np.repeat([[0, 0, 0], [1, 0, 1], [0, 2, 1]], [120, 60, 30], 0)
    rng.shuffle(place := np.arange(210))
    test, train = place[:70], place[70:]
    return compare_samplers(
        {"over": RandomOverSampler()},
        GaussianNB(),
        X[train],
        y[train],
        X_test=X[test],
        y_test=y[test],
        calibrate="prior",
        cv=2,
        n_repeats=1,
        scoring=["auroc", "brier", "sensitivity", "specificity", "o_to_e", own_score],
        progress=False,
    )


@pytest.fixture(scope="module")
def page_of_three(three):
    return Page(report_html(three))


def test_several_classes_and_an_external_set_are_told(page_of_three, three):
    page = page_of_three
    heads = [found["words"].strip() for found in page.all("h2")]
    assert "External test set" in heads
    parts = [found["words"].strip() for found in page.all("h3")]
    assert "Class by class" in parts
    assert "GaussianNB (class “dead” against the rest)" in parts
    assert "GaussianNB (External test set, class “dead” against the rest)" in parts
    found = files(page)
    heads, *rows = found["medresample-classes.csv"]
    assert {row[heads.index("class")] for row in rows} == {"calm", "ill & <weak>", "dead"}
    heads, *rows = found["medresample-external-scores.csv"]
    told = [float(row[heads.index("external_auroc")]) for row in rows]
    np.testing.assert_allclose(told, three.summary()["external_auroc"], rtol=1e-5)
    table = page.all("table", **{"class": "scores sortable"})[0]
    assert "own_score" in table["words"]
    assert not in_short(three, "GaussianNB")[0].startswith("Of 100")


def test_answers_know_of_the_external_set_and_of_the_prior(three):
    told = {answer.topic: answer.text for answer in answers(three)}
    assert told["External test data"].startswith("70 rows, scored by models of the whole")
    assert "calibrate='prior'" in told["Recalibration after balancing"]
    assert told["Decision thresholds"] == "None: a case is called what is most probable."


def test_findings_speak_of_recalibration_and_of_other_patients(three):
    said = {finding.headline: finding.sentence for finding in findings(three)["GaussianNB"]}
    (repaired,) = [text for head, text in said.items() if head.startswith("Recalibration")]
    table = three.summary("brier").set_index("sampler")["value"]
    assert f"{table['over, recalibrated']:.3f}, after {table['over']:.3f} with raw" in repaired
    (outside,) = [text for head, text in said.items() if head.startswith("On the external")]
    scores = three.summary("auroc").set_index("sampler")["external"]
    assert f"AUROC was {scores['none']:.3f} with 'none' and {scores['over']:.3f}" in outside


# Words


def test_plain_words_are_the_scores_out_of_a_hundred(result):
    said = in_short(result, "logistic")
    table = result.summary().query("estimator == 'logistic'").set_index("sampler")
    samplers = ["random_over", "random_under", "smote"]
    found = 100 * table["sensitivity"]
    least, most = found[samplers].min(), found[samplers].max()
    assert f"{found['none']:.0f} are found" in said[0]
    assert f"{least:.0f} to {most:.0f} after resampling" in said[0]
    false = 100 - 100 * table.loc["none", "specificity"]
    assert re.search(rf"{false:.0f} (is|are) called “malignant” by mistake", said[0])
    assert f"in {100 * table.loc['none', 'auroc']:.0f} of 100 pairs" in said[1]
    prevalence = result.data_["prevalence"]
    announced = 1000 * prevalence / table["o_to_e"]
    assert f"{1000 * prevalence:.0f} are “malignant”" in said[2]
    assert f"{announced[samplers].min():.0f} to {announced[samplers].max():.0f}" in said[2]
    assert said[3].startswith("In short: samplers did not make the model tell the classes apart")
    assert not any(word in " ".join(said) for word in ("AUROC", "Brier", "p-value"))


def test_guidelines_are_answered_from_the_record(result, page):
    told = {answer.topic: answer.text for answer in answers(result)}
    assert (
        "397 rows: 357 benign (89.9 %), 40 malignant (10.1 %)"
        in (told["Class imbalance: how unequal, and what was done"])
    )
    assert (
        "random_over, random_under and smote"
        in (told["Class imbalance: how unequal, and what was done"])
    )
    assert told["Recalibration after balancing"].startswith("Risks were not recalibrated")
    assert told["Level at which partitions are disjoint"].startswith("Row: no patient column")
    assert told["External test data"].startswith("None was given")
    assert told["Fits that did not run"] == "None: all 120 fits ran."
    words = page.all("section", **{"aria-labelledby": "guidelines"})[0]["words"]
    for name in ("TRIPOD+AI 2024", "PROBAST+AI 2025", "CLAIM 2024", "METRICS 2024"):
        assert name in words
    assert not re.search(r"\bitem \d", words, re.IGNORECASE)
    for text in told.values():
        assert " ".join(text.split()) in " ".join(words.split())


def test_other_records_are_answered_otherwise(result):
    import pickle

    other = pickle.loads(pickle.dumps(result))
    other.data_ |= {"groups_disjoint": True, "n_patients": 80, "unit": "patients"}
    other.settings_ |= {"calibrate": "sigmoid", "n_calibrate": [60, 62]}
    told = {answer.topic: answer.text for answer in answers(other)}
    assert (
        "none of the 80 patients is on both sides"
        in (told["Level at which partitions are disjoint"])
    )
    assert (
        "'sigmoid' on 60 to 62 rows of each training fold, of whole patients"
        in (told["Recalibration after balancing"])
    )
    assert told["Splitting by patient"].startswith("Yes")
    other.settings_ |= {
        "calibrate": "prior",
        "recalibrated": {"smote, recalibrated": "smote", "none, recalibrated": "none"},
        "correction_exact": {"smote, recalibrated": False, "none, recalibrated": True},
    }
    told = {answer.topic: answer.text for answer in answers(other)}
    assert told["Recalibration after balancing"].endswith("an approximation for smote.")
