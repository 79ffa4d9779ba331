"""
Do the members agree, and what do wrong labels do?
==================================================

Two ensembles that balance inside: EasyEnsemble draws anew for each member, BalanceCascade drops
what the members before were sure about. Here is the evidence that tells one from the other, and
how a sampler goes into imbalanced-learn's balanced bagging.
"""

# %%
# How stable is the ensemble?
# ---------------------------
# Features of cell nuclei, 40 malignant cases among 397; half of the rows are held out. The report
# judges each member alone and the ensemble on them, and says how far any two members agree. Where
# a disease is rare, two members agree about most rows by chance alone: kappa takes that off.
import matplotlib.pyplot as plt
import pandas as pd
from imblearn.ensemble import BalancedBaggingClassifier
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from medresample import SMOTE
from medresample.datasets import load_nuclei
from medresample.ensemble import (
    BalanceCascadeClassifier,
    CascadeDisplay,
    EasyEnsembleClassifier,
    ErrorPropagationDisplay,
    StabilityDisplay,
)
from medresample.metrics import auroc

nuclei = load_nuclei()
X_train, X_test, y_train, y_test = train_test_split(
    nuclei.data, nuclei.target, test_size=0.5, stratify=nuclei.target, random_state=0
)
easy = EasyEnsembleClassifier(n_estimators=10, random_state=0).fit(X_train, y_train)
report = easy.stability_report(X_test, y_test)
print(report)

# %%
# Alone, members differ a good deal by the luck of the draw; the sum of all votes leaves that luck
# behind. Where the curves are level, more members would cost time and change little.
StabilityDisplay(report).plot()

# %%
# What did the cascade drop?
# --------------------------
# Each stage passes on the same share of the benign rows it finds, those that look most like
# malignant ones, until as many are left as there are malignant rows.
cascade = BalanceCascadeClassifier(random_state=0).fit(X_train, y_train)
print(pd.DataFrame(cascade.cascade_report_).round(2).to_string(index=False))
CascadeDisplay(cascade.cascade_report_).plot()

# %%
# And if some labels are wrong?
# -----------------------------
# A malignant case that was labeled benign looks malignant, so that no member of the cascade is
# sure about it: it stays, while the rows around it go. Exchange some labels in the training rows
# and count. The solid lines of the cascade rise from stage to stage on the right; those of
# EasyEnsemble, dashed, are level.
found = cascade.error_propagation(nuclei.data, nuclei.target, n_repeats=10, random_state=0)
print(found)
ErrorPropagationDisplay(found).plot()

# %%
# With so few cases, differences in AUROC are smaller than the standard deviation over repeats: what
# is certain here is on the right. The tables behind the picture hold every repeat.
last = pd.DataFrame(found.summary_).query("stage == 3").set_index(["method", "noise_rate"])
columns = ["auroc_ensemble_mean", "auroc_ensemble_sd", "mislabeled_remaining_mean"]
print(last[columns].round(3).to_string())

# %%
# A sampler in balanced bagging
# -----------------------------
# imbalanced-learn's ``BalancedBaggingClassifier`` resamples each bootstrap sample by any sampler,
# also by ours.
bagging = BalancedBaggingClassifier(
    sampler=SMOTE(neighbor_space=StandardScaler()), n_estimators=10, random_state=0
).fit(X_train, y_train)
for name, model in {"EasyEnsemble": easy, "BalanceCascade": cascade, "bagging": bagging}.items():
    place = list(model.classes_).index("malignant")
    score = auroc(y_test, model.predict_proba(X_test)[:, place], pos_label="malignant")
    print(f"{name}: AUROC {score:.3f}")
plt.show()
