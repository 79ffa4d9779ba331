"""The benchmarks compare like with like: every method and kind of table runs, both sides agree."""

import json
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.spatial.distance import cdist

FOLDER = Path(__file__).parents[2] / "benchmarks"
SETTING = {"threads": 2, "processor": "p", "memory_gib": 1, "system": "s", "python": "3"}
SETTING |= {"packages": {"numpy": "2"}, "blas": ["b"], "blas_kernels": ["k"]}

if not FOLDER.exists():
    pytest.skip("the benchmarks are not part of this distribution", allow_module_level=True)


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)


def some_cases():
    """Take all quick cases and two whole sections; for clusters and cleaning see their tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(FOLDER)
        import catalog

        cases = catalog.paired_cases(quick=False)
        cases = [each for each in cases if each.section not in ("clusters", "cleaning")]
        return [each for each in cases if each.quick or each.section in ("over_sampling", "mixed")]


def tiny(case):
    """Fewer rows, yet so many that the class has support vectors of both kinds."""
    return case.build(limit=3_000 if case.method == "SVMSMOTE" else 300)


@pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning")
@pytest.mark.parametrize("case", some_cases(), ids=lambda case: case.name)
def test_both_sides_do_the_same_work(case):
    from peers import PAIRS

    job = tiny(case)
    ours, peer = job.ours(), job.peer()  # no FallbackWarning: it would be an error
    if case.method == "search":
        assert ours.shape == peer.shape
        # the peer computes distances by a matrix product, which loses digits far from the origin
        np.testing.assert_allclose(ours, peer, rtol=1e-5, atol=2e-2)
        return
    if PAIRS[case.method].exact:
        assert Counter(ours[1].tolist()) == Counter(peer[1].tolist())
        assert ours[0].shape == peer[0].shape
    else:
        n_majority = np.sum(job.ours.args[-1] == 0)
        assert len(ours[0]) == 2 * n_majority
        assert abs(len(peer[0]) - len(ours[0])) <= 0.05 * n_majority
    if hasattr(ours[0], "dtypes"):
        assert ours[0].dtypes.equals(peer[0].dtypes)
    else:
        assert ours[0].dtype == peer[0].dtype


def test_both_sides_find_the_same_clusters_and_let_the_same_take_part():
    from peers import our_kmeans_smote, peer_kmeans_smote
    from workloads import WORKLOADS, overlapping

    X, y = overlapping(WORKLOADS["W2"]).at_most(2_000).table("float64")
    made = [call(X, y)[0][len(y) :] for call in (our_kmeans_smote, peer_kmeans_smote)]
    labels = _nearest_center(X, *made)
    ours, peer = (np.bincount(each, minlength=20) for each in labels)
    assert ((ours > 0) == (peer > 0)).all()
    np.testing.assert_allclose(ours, peer, atol=1.01)  # the same shares, rounded in two ways


def _nearest_center(X, *tables):
    from peers import _clusters

    machine = _clusters(len(X)).fit(X)
    return [machine.predict(table) for table in tables]


def test_half_of_the_clouds_are_shared_where_classes_overlap():
    from workloads import WORKLOADS, overlapping

    apart = WORKLOADS["W2"].at_most(3_000)
    # five in six rows of a cloud that both share are of the majority
    for workload, expected in ((apart, 0), (overlapping(apart), 5 / 6 / 2)):
        X, y = workload.table("float64")
        own, other = (cdist(X[y == 1], X[y == label]) for label in (1, 0))
        np.fill_diagonal(own, np.inf)
        crowded = np.mean(other.min(axis=1) < own.min(axis=1))
        assert crowded == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("name", ["MIXED", "CODED", "NOMINAL"])
def test_mixed_tables_hold_the_same_whatever_their_type(name):
    import workloads

    workload = getattr(workloads, name)
    tables = {
        dtype: workload.at_most(6_000).table(dtype)[0] for dtype in ("words", "category", "objects")
    }
    words = tables["words"]
    assert (tables["category"].astype(words.dtypes.to_dict()) == words).all(axis=None)
    assert (tables["objects"] == words.to_numpy(object)).all()
    is_label = [column.startswith("words") for column in words]
    assert sum(is_label) == workload.columns + (workload.n_codes > 0)
    assert len(is_label) - sum(is_label) == workload.columns * workload.has_numbers
    if workload.n_codes:
        assert words.iloc[:, -1].nunique() == workload.n_codes
    from peers import columns_of_words

    assert columns_of_words(tables["objects"]) == np.flatnonzero(is_label).tolist()


def test_times_give_the_median_and_quartiles_of_the_paired_ratio():
    from measure import Times

    found = Times(ours=(1.0, 1.0, 2.0), peer=(2.0, 3.0, 8.0)).summary()
    assert (found["ratio_low"], found["ratio"], found["ratio_high"]) == (2.5, 3.0, 3.5)
    assert (found["ours_s"], found["peer_s"], found["rounds"]) == (1.0, 3.0, 3)


@pytest.mark.parametrize(("call_takes", "rounds"), [(1, 7), (5, 3), (30, 2)])
def test_the_longer_a_call_of_the_peer_takes_the_fewer_rounds(monkeypatch, call_takes, rounds):
    import measure

    now = 0.0

    def wait():
        nonlocal now
        now += call_takes

    monkeypatch.setattr(measure, "time", SimpleNamespace(perf_counter=lambda: now))
    found = measure.paired(lambda: None, wait, rounds=7, patience=10)
    assert found.peer == (call_takes,) * rounds


def test_a_checkout_moved_only_beyond_the_noise():
    from compare_checkouts import verdict

    once = np.array([1.0, 1.1, 0.9, 1.0, 1.0])
    assert verdict(once, once / 2) == "faster"
    assert verdict(once, once * 2) == "slower"
    assert verdict(once, once[::-1]) == ""
    assert verdict(once, once * 1.02) == ""


def test_a_fresh_process_answers():
    from measure import fresh

    assert fresh("first_table", who="ours", rows=40, columns=2) > 0


@pytest.mark.parametrize("kind", ["numbers", "objects"])
def test_the_peak_of_a_fresh_process_holds_the_output(tmp_path, elsewhere, kind):
    from workloads import MIXED, WORKLOADS

    workload = (WORKLOADS["W3"] if kind == "numbers" else MIXED).at_most(2_000)
    X, y = workload.table("float64" if kind == "numbers" else kind)
    np.save(tmp_path / "y.npy", y)
    np.save(tmp_path / "X.npy", X)
    method = "SMOTE" if kind == "numbers" else "SMOTENC"
    found = elsewhere("one_call", method=method, who="ours", table=str(tmp_path))
    assert found["output"] > 1.2 * found["input"] > 0  # nearly twice the rows, words are shared
    assert found["peak"] >= 0


def test_the_page_has_a_line_for_each_row():
    from page import page

    row = {"section": "cold", "name": "a case", "ours_s": 0.5, "peer_s": 1.0}
    row |= {"ratio": 2.0, "ratio_low": 1.9, "ratio_high": 2.1, "rounds": 7}
    text = page(json.loads(json.dumps({"machine": SETTING, "quick": True, "rows": [row]})))
    assert "| a case | 500.0 ms | 1.00 s | 2.00 (1.90–2.10) |" in text


@pytest.mark.parametrize("quick", [True, False])
def test_the_page_has_a_line_for_each_case_of_the_catalog(monkeypatch, quick):
    import cases
    import catalog
    from measure import Times
    from page import page

    times = Times(ours=(1.0,), peer=(2.0,))
    peaks = {"output_mb": 2, "peak_mb": 3, "peer_peak_mb": 4321, "peak_of_output": 1.5}
    monkeypatch.setattr(cases.PairedCase, "build", lambda case: cases.Job(None, None, 0))
    monkeypatch.setattr(cases.PairedCase, "_peaks", lambda case: peaks)
    monkeypatch.setattr(cases.PairedCase, "_times_apart", lambda case: times.summary() | peaks)
    monkeypatch.setattr(cases, "paired", lambda ours, peer, **_: times)
    monkeypatch.setattr(cases, "bound", lambda *_: 1.0)
    some = catalog.paired_cases(quick)
    rows = [{"section": c.section, "name": c.name, **c.measure(quick)} for c in some]
    text = page(json.loads(json.dumps({"machine": SETTING, "quick": quick, "rows": rows})))
    assert text.count("\n| ") == len(some) + 2 * len({case.section for case in some})
    assert text.count("4,321 MB") == (0 if quick else sum(c.memory or c.apart for c in some))


def test_cases_have_names_of_their_own_and_a_section_that_is_printed():
    from catalog import all_cases
    from run import SECTIONS

    keys = [(case.section, case.name) for case in all_cases(quick=False)]
    assert len(set(keys)) == len(keys)
    assert {section for section, _ in keys} == set(SECTIONS)


def test_rows_that_are_not_measured_again_stay_in_the_output(tmp_path):
    from catalog import all_cases
    from run import begin, with_row

    first, second, third = all_cases(quick=False)[:3]
    path, report = tmp_path / "results.json", {"machine": SETTING, "quick": False, "rows": []}
    for case, found in ((third, 1), (first, 2), (second, 3), (third, 4)):
        report = begin({"machine": SETTING, "quick": False, "rows": []}, path)
        row = {"section": case.section, "name": case.name, "found": found}
        report["rows"] = with_row(report["rows"], row)
        path.write_text(json.dumps(report))
    assert [row["found"] for row in report["rows"]] == [2, 3, 4]
    assert begin({"machine": SETTING, "quick": False, "rows": []}, None)["rows"] == []


@pytest.mark.parametrize("other", [{"machine": {"threads": 64}}, {"quick": True}])
def test_an_output_of_another_machine_or_mode_is_refused_in_one_line(tmp_path, other):
    from run import begin

    path = tmp_path / "results.json"
    path.write_text(json.dumps({"machine": SETTING, "quick": False, "rows": []} | other))
    with pytest.raises(SystemExit, match=r"results\.json was measured with another") as refusal:
        begin({"machine": SETTING, "quick": False, "rows": []}, path)
    assert "\n" not in str(refusal.value)
