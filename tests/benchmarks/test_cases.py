"""The benchmarks compare like with like: every quick case runs, and both sides agree."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"

if not FOLDER.exists():
    pytest.skip("the benchmarks are not part of this distribution", allow_module_level=True)


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)


def quick_cases():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(FOLDER)
        import cases

        return cases.paired_cases(quick=True)


@pytest.mark.filterwarnings("ignore::medresample.exceptions.ScaleWarning")
@pytest.mark.parametrize("case", quick_cases(), ids=lambda case: case.name)
def test_both_sides_do_the_same_work(case):
    job = case.build(limit=300)
    ours, peer = job.ours(), job.peer()
    if case.method == "search":
        assert ours.shape == peer.shape
        # the peer computes distances by a matrix product, which loses digits far from the origin
        np.testing.assert_allclose(ours, peer, rtol=1e-5, atol=2e-2)
    else:
        assert Counter(ours[1].tolist()) == Counter(peer[1].tolist())
        assert ours[0].shape == peer[0].shape
        if hasattr(ours[0], "dtypes"):
            assert ours[0].dtypes.equals(peer[0].dtypes)
        else:
            assert ours[0].dtype == peer[0].dtype


def test_times_give_the_median_and_quartiles_of_the_paired_ratio():
    from measure import Times

    found = Times(ours=(1.0, 1.0, 2.0), peer=(2.0, 3.0, 8.0)).summary()
    assert (found["ratio_low"], found["ratio"], found["ratio_high"]) == (2.5, 3.0, 3.5)
    assert (found["ours_s"], found["peer_s"], found["rounds"]) == (1.0, 3.0, 3)


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


def test_the_page_has_a_line_for_each_row():
    from page import page

    row = {"section": "cold", "name": "a case", "ours_s": 0.5, "peer_s": 1.0}
    row |= {"ratio": 2.0, "ratio_low": 1.9, "ratio_high": 2.1}
    setting = {"threads": 2, "processor": "p", "memory_gib": 1, "system": "s", "python": "3"}
    setting |= {"packages": {"numpy": "2"}, "blas": ["b"], "blas_kernels": ["k"]}
    text = page(json.loads(json.dumps({"machine": setting, "quick": True, "rows": [row]})))
    assert "| a case | 500.0 ms | 1.00 s | 2.00 (1.90–2.10) |" in text
