"""With several classes the scores are those of scikit-learn and imbalanced-learn, or of a loop."""

import numpy as np
import pytest
from imblearn.metrics import geometric_mean_score
from sklearn import metrics as skm
from sklearn.preprocessing import label_binarize

from medresample import metrics
from medresample.exceptions import UndefinedScoreWarning

LABELS = ["benign", "cyst", "malignant"]


@pytest.fixture
def cases():
    rng = np.random.default_rng(2)
    risks = rng.dirichlet([4, 2, 1], 200)
    codes = np.array([rng.choice(3, p=row) for row in risks])
    called = np.array(LABELS)[risks.argmax(axis=1)]
    return np.array(LABELS)[codes], called, risks, rng.random(200)


def test_each_recall_by_hand():
    # a: 1 of 2, b: 2 of 3, c: 0 of 1
    y, call = list("aabbbc"), list("abbbca")
    found = metrics.sensitivity(y, call, average=None)
    np.testing.assert_allclose(found, [1 / 2, 2 / 3, 0])
    assert metrics.sensitivity(y, call, average="macro") == pytest.approx(7 / 18)
    assert metrics.balanced_accuracy(y, call, average="multiclass") == pytest.approx(7 / 18)
    assert metrics.geometric_mean(y, call, average="multiclass") == 0
    # specificities: a 3 of 4 (one c called a), b 2 of 3, c 4 of 5
    specificities = metrics.specificity(y, call, average=None)
    np.testing.assert_allclose(specificities, [3 / 4, 2 / 3, 4 / 5])
    both = (np.array([1 / 2, 2 / 3, 0]) + specificities) / 2
    assert metrics.balanced_accuracy(y, call, average="macro") == pytest.approx(both.mean())


def test_multiclass_scores_of_three_rows_by_hand():
    y, risks = [0, 1, 2], [[0.7, 0.2, 0.1], [0.3, 0.4, 0.3], [0.5, 0.25, 0.25]]
    rows = [0.09 + 0.04 + 0.01, 0.09 + 0.36 + 0.09, 0.25 + 0.0625 + 0.5625]
    brier = sum(rows) / 3
    assert metrics.brier_score(y, risks, average="multiclass") == pytest.approx(brier)
    assert metrics.brier_score(y, risks, average="macro") == pytest.approx(brier / 3)
    scaled = 1 - brier / (3 * (1 / 3 * 2 / 3))
    assert metrics.scaled_brier_score(y, risks, average="multiclass") == pytest.approx(scaled)
    log_loss = -np.log([0.7, 0.4, 0.25]).mean()
    assert metrics.log_loss(y, risks, average="multiclass") == pytest.approx(log_loss)
    # the highest risks are 0.7, 0.4 and 0.5; the first two are right, and all share a bin
    top = metrics.expected_calibration_error(y, risks, average="multiclass", n_bins=1)
    assert top == pytest.approx(2 / 3 - 1.6 / 3)


def test_stating_the_shares_of_the_classes_is_no_skill():
    y = [0, 0, 0, 1, 1, 2]
    risks = np.tile([1 / 2, 1 / 3, 1 / 6], (6, 1))
    for average in ("macro", "multiclass"):
        assert metrics.scaled_brier_score(y, risks, average=average) == pytest.approx(0)


@pytest.mark.parametrize("weighted", [False, True])
def test_scores_of_calls_agree_with_scikit_learn_and_imbalanced_learn(cases, weighted):
    y, call, _, weight = cases
    given = {"sample_weight": weight if weighted else None}
    every = given | {"average": None}
    np.testing.assert_allclose(
        metrics.sensitivity(y, call, **every), skm.recall_score(y, call, **every)
    )
    np.testing.assert_allclose(
        metrics.positive_predictive_value(y, call, **every), skm.precision_score(y, call, **every)
    )
    np.testing.assert_allclose(metrics.f1_score(y, call, **every), skm.f1_score(y, call, **every))
    joint = given | {"average": "multiclass"}
    assert metrics.matthews_correlation(y, call, **joint) == pytest.approx(
        skm.matthews_corrcoef(y, call, **given)
    )
    assert metrics.balanced_accuracy(y, call, **joint) == pytest.approx(
        skm.balanced_accuracy_score(y, call, **given)
    )
    assert metrics.geometric_mean(y, call, **joint) == pytest.approx(
        geometric_mean_score(y, call, average="multiclass", **given)
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_scores_of_risks_agree_with_scikit_learn(cases, weighted):
    y, _, risks, weight = cases
    given = {"sample_weight": weight if weighted else None}
    true = label_binarize(y, classes=LABELS)
    assert metrics.auroc(y, risks, average="macro", **given) == pytest.approx(
        np.mean([skm.roc_auc_score(true[:, k], risks[:, k], **given) for k in range(3)])
    )
    if not weighted:
        theirs = skm.roc_auc_score(y, risks, multi_class="ovr")
        assert metrics.auroc(y, risks, average="macro") == pytest.approx(theirs)
    assert metrics.average_precision(y, risks, average="macro", **given) == pytest.approx(
        skm.average_precision_score(true, risks, average="macro", **given)
    )
    assert metrics.log_loss(y, risks, average="multiclass", **given) == pytest.approx(
        skm.log_loss(y, risks, **given)
    )


def test_two_classes_as_several_have_the_correlation_of_the_two_by_two_table(cases):
    y, call, _, _ = cases
    ill, called = y == "malignant", call == "malignant"
    assert metrics.matthews_correlation(ill, called, average="multiclass") == pytest.approx(
        metrics.matthews_correlation(ill, called)
    )


def test_an_absent_class_leaves_the_mean_missing_and_is_named():
    risks = [[0.6, 0.3, 0.1], [0.2, 0.7, 0.1]]
    words = r"AUROC is undefined \(NaN\) for 'malignant' against the rest, and so is the mean"
    with pytest.warns(UndefinedScoreWarning, match=words):
        found = metrics.auroc(["benign", "cyst"], risks, average="macro", labels=LABELS)
    assert np.isnan(found)
    with pytest.warns(UndefinedScoreWarning, match="for 'malignant'"):
        each = metrics.auroc(["benign", "cyst"], risks, average=None, labels=LABELS)
    assert each[:2].tolist() == [1, 1]
    with pytest.warns(UndefinedScoreWarning, match="a case of every class"):
        metrics.balanced_accuracy([0, 0], [0, 1], average="multiclass")


@pytest.mark.parametrize(
    "call",
    [
        lambda: metrics.auroc([0], [0.5]),
        lambda: metrics.auroc([0, 0], [0.5, 0.5], average="macro", labels=[0, 1]),
        lambda: metrics.sensitivity([0], [0]),
        lambda: metrics.balanced_accuracy([0], [0], average="multiclass", labels=[0, 1]),
        lambda: metrics.hosmer_lemeshow_test([0], [0.0]),
        lambda: metrics.net_benefit([0], [0.5]),
    ],
)
def test_the_warning_names_the_line_of_the_caller(call):
    with pytest.warns(UndefinedScoreWarning) as caught:
        call()
    assert [note.filename for note in caught] == [__file__]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: metrics.auroc([0, 1, 2], np.eye(3)), "average='macro'"),
        (lambda: metrics.auroc([0, 1, 1], np.eye(3), average="macro"), "a column per class"),
        (lambda: metrics.auroc([0, 1, 3], np.eye(3), average=None, labels=[0, 1, 2]), "not name"),
        (lambda: metrics.auroc([0, 1], np.eye(2), average=None, labels=[0, 0]), "twice"),
        (lambda: metrics.auroc([0, 1], np.eye(2) / 2, average=None), "sum to 1"),
        (lambda: metrics.auroc([0, 1], [0.1, 0.2], average="micro"), "average must be one of"),
        (lambda: metrics.auroc([0, 1], np.eye(2), average="multiclass"), "average must be one"),
        (lambda: metrics.auroc([0, 1], [0.1, 0.2], labels=[0, 1]), "labels= is for several"),
        (lambda: metrics.auroc([0, 1], np.eye(2), average=None, pos_label=1), "pos_label= is for"),
        (lambda: metrics.sensitivity([0, 1, 2], [0, 1, 2]), "average='macro'"),
        (lambda: metrics.sensitivity([-1, 1], [0, 1], pos_label=1), r"between them: \[-1, 0, 1\]"),
        (lambda: metrics.sensitivity(["a", "b"], ["a", "b"], pos_label="B"), "neither is"),
        (lambda: metrics.sensitivity(["a", None], ["a", "b"], pos_label="a"), "missing labels"),
    ],
)
def test_bad_input_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
