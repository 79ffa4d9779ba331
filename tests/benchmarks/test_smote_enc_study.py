"""The study is re-run as it was published, and its verdicts follow from the numbers."""

import json
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"

if not FOLDER.exists():
    pytest.skip("the benchmarks are not part of this distribution", allow_module_level=True)


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)


def tables(n=160):
    """A mixed and a nominal table; the first quarter of the rows is the published test set."""
    from real_tables import RealTable

    rng = np.random.default_rng(0)
    y = (np.arange(n) % 4 == 0).astype(int)
    words = rng.integers(0, 3, (n, 2)) * y[:, None] + rng.integers(0, 2, (n, 2))
    numbers = rng.normal(y[:, None], 1, (n, 3))
    train = np.arange(n) >= n // 4
    mixed = RealTable("mixed", np.hstack([numbers, words]), y, labels=(3, 4), train=train)
    return mixed, RealTable("nominal", words.astype(float), y, labels=(0, 1), train=train)


def report():
    from smote_enc_study import measure

    scores = dict.fromkeys(("precision", "recall", "f1", "gmean", "roc_auc", "pr_auc"), 0.5)
    known = {"mixed": {"SMOTENC": scores, "SMOTEENC": scores}, "nominal": {"SMOTEENC": scores}}
    found = measure(tables(), known, n_trees=5, n_seeds=2, n_splits=3, n_jobs=1)
    return json.loads(json.dumps(found | {"quick": True}))


def test_every_method_has_scores_an_interval_and_a_place_on_the_page():
    from score_page import SECTIONS
    from smote_enc_findings import METRICS, lines

    found = report()
    for where in ("published split", "random splits"):
        names = {(r["table"], r["method"]) for r in found["rows"] if r["where"] == where}
        assert names == {
            ("mixed", "no sampler"),
            ("mixed", "SMOTENC of imbalanced-learn"),
            ("mixed", "SMOTENC"),
            ("mixed", "SMOTEENC"),
            ("nominal", "no sampler"),
            ("nominal", "codes, no new rows"),
            ("nominal", "SMOTEN"),
            ("nominal", "SMOTEENC"),
        }
    assert len(found["differences"]) == (3 + 3) * len(METRICS)
    assert len(found["verdicts"]) == len(METRICS) + 1
    text = SECTIONS["smote_enc"](found)
    assert text.startswith("## SMOTE-ENC against SMOTE-NC, re-run")
    assert "| *SMOTEENC, published* | 0.500 |" in text
    assert found["verdicts"][0] in text
    assert found["verdicts"][0] in lines(found)


def test_the_page_of_measurements_takes_reports_of_scores(tmp_path, monkeypatch):
    import page
    from score_page import SECTIONS

    setting = {"threads": 2, "processor": "p", "memory_gib": 1, "system": "s", "python": "3"}
    setting |= {"packages": {}, "blas": [], "blas_kernels": []}
    results, study = {"machine": setting, "quick": False, "rows": []}, report()
    for name, content in (("results", results), ("study", study)):
        (tmp_path / name).write_text(json.dumps(content))
    for sources, sections in ((["results"], []), (["results", "study"], [study])):
        names = ["page.py", *(str(tmp_path / name) for name in [*sources, "page"])]
        monkeypatch.setattr("sys.argv", names)
        page.main()
        parts = [page.page(results), *(SECTIONS[each["about"]](each) for each in sections)]
        assert (tmp_path / "page").read_text() == "\n".join(parts)


def test_labels_are_coded_by_the_published_formula():
    from smote_enc_study import coded_by_association

    column = np.repeat([0.0, 1.0, 2.0], [10, 5, 5])[:, None]
    y = np.zeros(20)
    y[[0, 10, 11, 12]] = 1  # 1 of 10, 3 of 5, none of 5; 4 of 20 by chance
    codes, codes_test = coded_by_association(column, y, np.array([[2.0], [1.0], [9.0]]))
    np.testing.assert_allclose(codes[[0, 10, 15], 0], [-0.5, 2, -1])
    np.testing.assert_allclose(codes.sum(), 0, atol=1e-12)
    np.testing.assert_allclose(codes_test[:, 0], [-1, 2, 0])


def test_the_published_split_is_kept_and_no_seed_is_shared_with_random_splits():
    from folds import seed_of
    from smote_enc_study import published_split, random_splits

    mixed = tables()[0]
    published, others = published_split(mixed, 3), random_splits(mixed, 4)
    assert {tuple(fold.test) for fold in published} == {tuple(range(40))}
    assert all(len(fold.test) == 40 and not set(fold.test) & set(fold.train) for fold in others)
    assert len({seed_of(fold.number % 2**32) for fold in published + others}) == 7


def test_a_claim_is_held_against_the_interval():
    from smote_enc_findings import verdict

    assert verdict(0.02, {"low": 0.01, "high": 0.03}) == "holds"
    assert verdict(0.05, {"low": 0.01, "high": 0.03}) == "holds, in another size"
    assert verdict(-0.02, {"low": 0.01, "high": 0.03}) == "the other way round"
    assert verdict(0.02, {"low": -0.01, "high": 0.03}) == "not told from 0"
    assert verdict(0.04, {"low": -0.01, "high": 0.03}) == "not told from 0, and not so large"


def test_published_scores_are_read_by_table_and_method(tmp_path):
    from smote_enc_findings import ENTRY, published

    path = tmp_path / "targets.json"
    assert published(path) == {}
    rows = {"cars": {"SMOTE-NC": "cannot run", "SMOTE-ENC": {"f1": 0.8}}}
    entry = {"id": ENTRY, "rows": rows, "datasets": {"cars": ["car_table", "acc"]}}
    path.write_text(json.dumps({"tables": [{"id": "other"}, entry]}))
    assert published(path) == {"car_table": {"SMOTEENC": {"f1": 0.8}}}


def test_a_lone_score_is_nearest_to_the_method_that_gives_it():
    from smote_enc_findings import METRICS, judge

    rows = [
        {"table": "t", "where": "published split", "method": name, **dict.fromkeys(METRICS, value)}
        for name, value in (("far", 0.9), ("near", 0.6))
    ]
    (verdict,) = judge("t", rows, [], {"SMOTEENC": dict.fromkeys(METRICS, 0.5)})
    assert "nearest to near (root mean square 0.100), then far" in verdict
