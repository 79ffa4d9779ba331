"""The report is one file, says what the numbers say, and lets no text out of its place."""

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression

from medresample.compare import compare_samplers
from medresample.compare._notes import failures
from medresample.compare._words import findings
from medresample.compare.report import report_html
from medresample.compare.report._numbers import interval, number
from medresample.over_sampling import SMOTE, RandomOverSampler


class Page(HTMLParser):
    """What a browser finds: tags, headings, pictures, and text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.headings, self.images, self.open, self.words = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.images.append(dict(attrs))
        if tag not in ("meta", "img", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def page(report_text):
    return Page(report_text)


def test_nothing_is_loaded_from_anywhere(page):
    for tag, attributes in page.tags:
        assert tag not in ("link", "iframe", "object", "embed", "base")
        for name in ("src", "href"):
            assert attributes.get(name, "data:").startswith(("data:", "#"))
    (policy,) = [a["content"] for t, a in page.tags if a.get("http-equiv")]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'; ")


def test_every_picture_says_in_words_what_it_shows(page):
    assert len(page.images) == 4 + 2 * 4 + 2
    for image in page.images:
        assert image["src"].startswith("data:image/svg+xml;base64,")
        assert len(image["alt"]) > 40
    assert "smote: " in page.images[0]["alt"]


def test_tags_are_closed_and_headings_descend_in_order(page):
    assert page.open == []
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert np.diff(page.headings).max() == 1


def test_the_order_is_summary_differences_curves_settings(page):
    text = "".join(page.words)
    places = [
        text.index(words)
        for words in ("Summary in plain", "Differences to", "Curves", "Settings that repeat it")
    ]
    assert places == sorted(places)


def test_settings_name_seed_and_versions(page, result):
    text = "".join(page.words)
    assert "scikit-learn " + result.settings_["versions"]["scikit-learn"] in text
    assert "every row is taken as a patient of its own" in text
    assert "RandomUnderSampler()" in text


def test_the_sentences_follow_from_the_numbers(result):
    said = findings(result)["logistic"]
    assert [finding.headline for finding in said] == [
        "AUROC hardly moves.",
        "Sensitivity at a threshold of 0.5 jumps.",
        "The Brier score pays for it.",
        "A tuned threshold on the untouched data does the same without that price.",
    ]
    overview = result.summary().query("estimator == 'logistic'").set_index("sampler")
    assert f"was {overview.loc['none', 'sensitivity']:.2f} with 'none'" in said[1].sentence
    assert f"{overview.loc['none', 'brier']:.3f}" in said[2].sentence


def other_numbers(result, **scores):
    """The same comparison with other differences in the tables the sentences are made from."""
    import pickle

    copy = pickle.loads(pickle.dumps(result))
    for metric, values in scores.items():
        table = copy.summary(metric)
        rows = table["sampler"].isin(["random_over", "random_under", "smote"])
        for column, value in values.items():
            table.loc[rows, column] = value
        copy._summaries[metric] = table
    return copy


def test_other_numbers_make_other_sentences(result):
    better = other_numbers(result, auroc={"difference": 0.05, "p_holm": 0.001})
    assert findings(better)["logistic"][0].headline == "AUROC improves."
    worse = other_numbers(result, auroc={"difference": -0.05, "p_holm": 0.001})
    assert findings(worse)["logistic"][0].headline == "AUROC falls."
    unsure = other_numbers(result, auroc={"p_holm": 1.0, "p_equivalent": 0.3})
    assert findings(unsure)["logistic"][0].headline == "AUROC is not shown to move."
    flat = other_numbers(result, sensitivity={"p_better": 0.5})
    assert "is not shown to rise" in findings(flat)["logistic"][1].headline
    calm = other_numbers(result, brier={"p_holm": 1.0})
    assert findings(calm)["logistic"][2].headline == "The Brier score is not shown to change."
    assert findings(calm)["logistic"][3].headline == (
        "A tuned threshold on the untouched data reaches as much."
    )
    gain = other_numbers(result, sensitivity={"value": 0.99}, specificity={"value": 0.99})
    assert "reaches less here" in findings(gain)["logistic"][3].headline


class Broken(BaseEstimator):
    def fit_resample(self, X, y):
        raise ValueError("<b>no</b> & never")


def test_class_weights_are_not_called_resampling(nuclei):
    found = compare_samplers(
        {"bad": Broken()}, LogisticRegression(), nuclei.data, nuclei.target, n_repeats=1,
        progress=False,
    )  # fmt: skip
    said = findings(found)["LogisticRegression"]
    text = " ".join(f"{finding.headline} {finding.sentence}" for finding in said)
    assert len(said) == 4
    assert "sampl" not in text
    assert text.count("with class weights") == 2


def test_what_was_compared_is_said_in_the_head(nuclei):
    found = compare_samplers(
        {}, LogisticRegression(), nuclei.data, nuclei.target, scoring=["auroc"], cv=3,
        n_repeats=1, progress=False, title="Nuclei & <more>", description="From needles.",
    )  # fmt: skip
    page = "".join(Page(report_html(found)).words)
    assert page.index("Nuclei & <more>") < page.index("From needles.") < page.index("At a glance")


@pytest.fixture(scope="module")
def hostile():
    """Names and labels that would break a careless page or a careless figure."""
    rng = np.random.default_rng(0)
    y = np.where(np.arange(120) < 30, "<script>alert(1)</script>", 'a "quoted" & $odd$ label')
    X = pd.DataFrame(rng.normal(size=(120, 3)) + (np.arange(120) < 30)[:, None])
    X.columns = ["<i>x</i>", "$\\frac{$", "ok"]
    return compare_samplers(
        {"<img src=x onerror=1>": SMOTE(), "$\\alpha": RandomOverSampler(), "bad": Broken()},
        {"<u>$model$</u>": LogisticRegression()},
        X,
        y,
        n_repeats=1,
        progress=False,
    )


def test_text_from_the_data_stays_text(hostile):
    page = Page(report_html(hostile))
    tags = [tag for tag, _ in page.tags]
    assert not {"i", "u", "b"} & set(tags)
    assert tags.count("script") == 1  # its own
    assert all(image["src"].startswith("data:") for image in page.images)
    assert "<script>alert(1)</script>" in "".join(page.words)


def test_failures_are_said_with_their_words(hostile):
    (text,) = failures(hostile)
    assert text == ("bad with <u>$model$</u> failed on 5 of 5 folds: ValueError: <b>no</b> & never")
    page = "".join(Page(report_html(hostile)).words)
    assert "Not everything ran." in page
    assert "5 of 5" in page


def test_a_report_of_few_scores_and_no_sampler_is_still_a_report(nuclei, tmp_path):
    found = compare_samplers(
        {}, LogisticRegression(), nuclei.data, nuclei.target, scoring=["log_loss"], cv=3,
        n_repeats=1, progress=False,
    )  # fmt: skip
    path = found.report(tmp_path / "r.html")
    assert Page(path.read_text("utf-8")).open == []


def test_the_same_result_writes_the_same_report(nuclei):
    found = compare_samplers(
        {}, LogisticRegression(), nuclei.data, nuclei.target, scoring=["auroc"], cv=3,
        n_repeats=1, progress=False,
    )  # fmt: skip
    assert report_html(found) == report_html(found)


def test_numbers_are_written_for_readers():
    assert number(-0.1234) == "−0.123"
    assert number(0.1, signed=True) == "+0.100"
    assert number(np.nan) == "–"
    row = pd.Series({"difference": -0.1, "low": -0.2, "high": 0.05})
    assert interval(row) == "−0.100 (−0.200 to +0.050)"
