"""The study of ensembles: boosters do what they are called, and each sentence follows from it."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import AdaBoostClassifier
from sklearn.metrics import f1_score, recall_score, roc_auc_score
from sklearn.tree import DecisionTreeClassifier

FOLDER = Path(__file__).parents[2] / "benchmarks"

if not FOLDER.exists():
    pytest.skip("the benchmarks are not part of this distribution", allow_module_level=True)


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)


def made_up(n=120, labels=0, numbers=3, every=4):
    """Make a table of numbers and labels that tell something of the class."""
    from real_tables import RealTable

    rng = np.random.default_rng(0)
    y = (np.arange(n) % every == 0).astype(int)
    cells = [rng.normal(y[:, None], 1, (n, numbers)), rng.integers(0, 3, (n, labels)) + y[:, None]]
    places = tuple(range(numbers, numbers + labels))
    return RealTable("made up", np.hstack(cells[: 1 + bool(labels)]), y, places)


def halves(table):
    from folds import Fold

    order = np.random.default_rng(1).permutation(len(table.y))
    return Fold(table, 3, order[: len(order) // 2], order[len(order) // 2 :])


@pytest.mark.filterwarnings("ignore::medresample.exceptions.NothingToDoWarning")
@pytest.mark.parametrize("kind", ["continuous", "mixed", "nominal"])
def test_every_booster_learns_from_every_kind_of_table(kind):
    from boosters import BOOSTERS, PEER_DEFAULT, lesson_of

    table = made_up(200, labels=2 * (kind != "continuous"), numbers=3 * (kind != "nominal"))
    assert table.kind == kind
    fold = halves(table)
    lesson = lesson_of(fold)
    names = [name for name in BOOSTERS if name != PEER_DEFAULT]  # which is PEER with more stumps
    for name in names:
        said = BOOSTERS[name](lesson)
        yes, no = (said.score[said.positive == label] for label in (1, 0))
        assert len(yes), name
        assert len(no), name
        assert yes.min() >= no.max(), name
        assert roc_auc_score(table.y[fold.test], said.score) > 0.55


def test_scores_are_those_of_the_test_rows():
    from boosters import BOOSTERS, CART, lesson_of, run_fold

    fold = halves(made_up(200))
    y, said = fold.table.y[fold.test], BOOSTERS[CART](lesson_of(fold))
    (record,) = run_fold(fold, (CART,))
    assert record == {
        "method": CART,
        "fold": fold.number,
        "auroc": pytest.approx(roc_auc_score(y, said.score)),
        "f1": pytest.approx(f1_score(y, said.positive)),
        "g_mean": pytest.approx(np.prod(recall_score(y, said.positive, average=None)) ** 0.5),
    }


def test_adaboost_begins_with_rows_or_with_classes_that_weigh_the_same():
    from boosters import even_adaboost, lesson_of, plain_adaboost

    rows = np.arange(80)
    for every, same in ((2, True), (5, False)):
        table = made_up(160, every=every)
        fold = halves(table)
        fold = type(fold)(table, 3, rows, rows + 80)  # as many of each class, where every = 2
        lesson = lesson_of(fold)
        plain, even = (method(lesson).score for method in (plain_adaboost, even_adaboost))
        assert np.allclose(plain, even) == same


def test_boosting_of_drawn_rows_ranks_as_that_of_scikit_learn():
    from boosters import lesson_of, plain_adaboost

    table = made_up(1_200, every=5)
    fold = halves(table)
    lesson, y = lesson_of(fold), table.y[fold.test]
    tree = DecisionTreeClassifier(max_depth=4, random_state=0)
    peer = AdaBoostClassifier(tree, n_estimators=40, random_state=0).fit(lesson.X, lesson.y)
    ours, theirs = plain_adaboost(lesson).score, peer.decision_function(lesson.X_test)
    assert roc_auc_score(y, ours) > roc_auc_score(y, theirs) - 0.03


def test_new_rows_of_smote_hold_labels_of_the_table(monkeypatch):
    import boosters

    seen = []
    monkeypatch.setattr(boosters, "_boosted", lambda X, y, seed: seen.append((X, y)))
    monkeypatch.setattr(boosters, "_judged", lambda boosting, lesson: None)
    for numbers in (0, 3):
        boosters.adaboost_after_smote(boosters.lesson_of(halves(made_up(200, 2, numbers))))
        X, y = seen.pop()
        assert np.sum(y == 1) == np.sum(y == 0)
        codes = X[:, numbers:]
        assert set(np.unique(codes)) == {0, 1}
        assert (codes.sum(axis=1) == 2).all()  # one level of each of two columns


def folder_of_tables(path):
    """Write two tables of the first article, one of them also of the second, and one with holes."""
    from ensemble_study import CHECK

    rows = dict.fromkeys("abc", "age,sex,target\n")
    rng = np.random.default_rng(0)
    for name, positive in (("a", "opel"), ("b", "7"), ("c", "sick")):
        for i in range(60):
            label = positive if i % 4 == 0 else ("x" if i % 2 else "z")
            age, sex = f"{rng.normal(i % 4 == 0):.3f}", "mf"[i % 2]
            if name == "c":
                age, sex = age * (i != 5), sex * (i != 6)
            rows[name] += f"{age},{sex},{label}\n"
    facts = {"num_cols": ["age"], "cat_cols": ["sex"], "target": "target", "positive": None}
    meta = {
        "vehicle4": facts | {"file": "a.csv.gz", "rows": 60},
        "abalone_rings": facts | {"file": "b.csv.gz", "rows": 60},
        "sick": facts | {"file": "c.csv.gz", "rows": 5_000},
    }
    for name, text in rows.items():
        (path / f"{name}.csv.gz").write_bytes(gzip.compress(text.encode()))
    (path / "meta.json").write_text(json.dumps(meta))
    check = {"id": CHECK, "columns": ["CART", "RUSBoost", "EasyEnsemble"]}
    check["rows"] = {"Abalone7": [0.2, 0.9, 0.4], "Sick": [0.3, 0.9, 0.5]}
    check["datasets"] = {"Abalone7": ["abalone_rings", "7"], "Sick": ["sick", "sick"]}
    (path / "published_targets.json").write_text(json.dumps({"tables": [{"id": "?"}, check]}))
    return path


def test_a_table_of_both_articles_is_read_once_and_keeps_rows_with_holes(tmp_path):
    from boosters import CHECKED, COMPARED
    from ensemble_study import check_of, exercises

    folder = folder_of_tables(tmp_path)
    found = {each.name: each for each in exercises(folder, check_of(folder))}
    assert list(found) == ["abalone", "vehicle", "sick"]
    assert [each.check for each in found.values()] == ["Abalone7", "", "Sick"]
    assert found["vehicle"].boosters == COMPARED
    assert found["sick"].boosters == CHECKED
    assert set(found["abalone"].boosters) == {*COMPARED, *CHECKED}
    X, y = found["sick"].table.X, found["sick"].table.y
    assert X.shape == (60, 2)
    assert y.sum() == 15
    assert np.flatnonzero(np.isnan(X[:, 0])).tolist() == [5]
    assert len(np.unique(X[:, 1])) == 3  # a missing label is one more
    few = exercises(folder, check_of(folder), limit=100)
    assert [each.name for each in few] == ["abalone", "vehicle"]


def test_the_study_runs_and_its_page_says_what_is_missing(tmp_path, monkeypatch):
    import boosters
    import ensemble_study
    from ensemble_findings import lines
    from ensemble_page import page

    monkeypatch.setattr(ensemble_study, "N_FOLDS", 2)
    quicker = boosters.BOOSTERS[boosters.PEER]
    monkeypatch.setitem(boosters.BOOSTERS, boosters.PEER_DEFAULT, quicker)
    folder = folder_of_tables(tmp_path)
    check = ensemble_study.check_of(folder)
    chosen = ensemble_study.exercises(folder, check)
    *_, report = ensemble_study.measure(chosen, check, n_repeats=2, n_jobs=1)
    report = json.loads(json.dumps(report | {"quick": True}))
    for score in report["scores"]:
        assert 0 <= score["f1"] <= 1
        assert score["f1_sd"] >= 0
    row, _ = report["check"]["rows"]
    assert (row["published"], row["published_cart"]) == (0.4, 0.2)
    assert row["gain"] == pytest.approx(row["ours"] - row["cart"])
    text = page(report)
    assert "| abalone | 4,177 | 9.7 | 60 | 2 | 15 | 3.0 |" in text
    assert "| letter | 20,000 | 24.3 |  |  |  |  |" in text
    assert "Not held: housing, letter, mf-morph, mf-zernike, satimage." in text
    assert "quick mode" in text
    assert any("BalanceCascade" in line for line in lines(report))


# What each method has more than plain AdaBoost, in every score and on every table.
GAINS = {"EasyEnsemble": 0.03, "BalanceCascade": 0.04, "AdaBoost": 0.0}
GAINS |= {"BalanceCascade (sum of thetas)": 0.04, "AdaBoost (even classes)": 0.01}
GAINS |= {"under-sampling + AdaBoost": -0.02, "SMOTE + AdaBoost": 0.01}
GAINS |= {"imbalanced-learn 4 x 10": 0.035, "imbalanced-learn 10 x 50": 0.05}
CHECK = {"columns": ["CART", "EasyEnsemble"]}


def findings_of(gains, n_tables, published=None):
    from ensemble_findings import METRICS, findings

    published = published or {}
    extra = {"CART": -0.1, "EasyEnsemble of 10 members": 0.035} if published else {}
    scores = [
        {"table": f"t{i}", "classifier": "trees", "method": method, "f1_sd": 0.01}
        | dict.fromkeys(METRICS, 0.5 + gain + 0.001 * i)
        for i in range(n_tables)
        for method, gain in (gains | extra).items()
    ]
    facts = {f"t{i}": {"check": f"T{i}" if f"T{i}" in published else ""} for i in range(n_tables)}
    return json.loads(json.dumps(findings(scores, facts, CHECK | {"rows": published})))


def test_the_direction_shows_where_both_are_higher_on_most_tables():
    shown = findings_of(GAINS, 11)["direction"]
    assert shown["shows"] is True
    assert shown["sentence"] == (
        "The published direction shows. Of 11 tables, EasyEnsemble and BalanceCascade have the "
        "higher AUC on 11 and 11 against AdaBoost; 11 and 11 against under-sampling + AdaBoost; of "
        "the 11 on which the AUC of AdaBoost is below 0.95, on 11 and 11 against AdaBoost; 11 and "
        "11 against under-sampling + AdaBoost."
    )
    part = findings_of(GAINS | {"AdaBoost": 0.035}, 11)["direction"]
    assert part["shows"] is False
    assert part["sentence"].startswith("The published direction shows in part.")
    assert "higher AUC on 0 and 11 against AdaBoost; 11 and 11 against" in part["sentence"]
    easy = findings_of({name: gain + 0.445 for name, gain in GAINS.items()}, 11)["direction"]
    assert "of the 5 on which the AUC of AdaBoost is below 0.95, on 5 and 5" in easy["sentence"]
    none = dict.fromkeys(GAINS, 0.0)
    assert "does not show" in findings_of(none, 11)["direction"]["sentence"]


def test_answers_tell_what_differs_on_all_tables():
    report = findings_of(GAINS, 11)
    answers = {each["question"]: each for each in report["answers"]}
    ahead = answers["Are both ahead of AdaBoost on one balanced part?"]
    assert ahead["short"].startswith(
        "Told to be better: EasyEnsemble (3 of 3), BalanceCascade (3 of 3)."
    )
    assert "AUC: EasyEnsemble +0.050, higher on 11 of 11, p = 0.002;" in ahead["cases"][0]
    behind = answers["Are both ahead of imbalanced-learn's default, 500 stumps?"]
    assert "Told to be worse: EasyEnsemble (3 of 3), BalanceCascade (3 of 3)." in behind["short"]
    rows = [r for r in report["contrasts"] if r["other"] == "AdaBoost" and r["metric"] == "f1"]
    assert [(r["ahead"], r["behind"], r["higher"]) for r in rows] == [(11, 0, 11)] * 2
    thetas = next(each for name, each in answers.items() if "threshold" in name)
    assert thetas["short"] == "No method is told to be better. No method is told to be worse."
    assert len(thetas["cases"]) == 2  # the order of the scores is the same
    few = findings_of(GAINS, 9)
    assert few["answers"][0]["short"] == "Too few data sets to test."


def test_the_check_is_told_in_numbers():
    from ensemble_page import check_in_short

    published = {"T0": [0.4, 0.53], "T1": [0.5, 0.481], "T2": [0.2, 0.432]}
    check = findings_of(GAINS, 3, published)["check"]
    first, second, third = check["rows"]
    assert first["difference"] == pytest.approx(0)
    assert second["difference"] == pytest.approx(0.05)
    assert third["difference_larger"] == pytest.approx(0.105)
    assert first["published_gain"] == pytest.approx(0.13)
    assert first["gain"] == pytest.approx(0.13)
    assert (check["near"], check["same_sign"]) == (1, 2)
    assert check["size_of_difference"] == pytest.approx((0 + 0.05 + 0.1) / 3)
    assert check["correlation"] == pytest.approx(
        np.corrcoef([0.53, 0.531, 0.532], [0.53, 0.481, 0.432])[0, 1]
    )
    text = check_in_short(check)
    assert "by 0.050 on average (+0.050 with its sign)" in text
    assert "by no more than 0.02 on 1 of 3 tables, and most on t2" in text
    assert "as published on 2 of 3; over the tables" in text
