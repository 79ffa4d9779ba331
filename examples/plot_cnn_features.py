"""
Features of a CNN in a pipeline
===============================

A table such as a pretrained network gives: a few images of each patient, 256 columns of ReLU
features in float32, one patient in ten ill. We train the same classifier with and without SMOTE,
split by patient, and look at two things: who is ranked above whom, and what risk is predicted.
"""

# %%
# The data
# --------
# Stand-in for real features: a few hidden factors of each patient and image, seen through a random
# layer with a ReLU. Illness moves some of the factors.
import matplotlib.pyplot as plt
import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.preprocessing import StandardScaler

from medresample import SMOTE, make_pipeline

rng = np.random.default_rng(0)
n_patients, n_images, n_factors, n_columns = 400, 3, 24, 256
patient = np.repeat(np.arange(n_patients), n_images)
ill = rng.random(n_patients) < 0.1
y = ill[patient].astype(int)

factors = rng.normal(size=(n_patients, n_factors))[patient]
factors += 0.7 * rng.normal(size=factors.shape)
factors[y == 1, :6] += 0.9
layer = rng.normal(size=(n_factors, n_columns)) / np.sqrt(n_factors)
X = np.maximum(factors @ layer + 0.3 * rng.normal(size=(len(y), n_columns)), 0).astype(np.float32)

# %%
# Two models that differ in one step
# ----------------------------------
# SMOTE searches neighbors among 20 principal components and builds rows with all 256 columns. In
# the pipeline it sees the training folds only; the test folds keep their natural prevalence.
classifier = LogisticRegression(C=0.01, max_iter=500)
smote = SMOTE(neighbor_space=PCA(20, random_state=0), random_state=0)
models = {
    "as they are": make_pipeline(StandardScaler(), classifier),
    "SMOTE": make_pipeline(StandardScaler(), smote, classifier),
}
folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
risk = {
    name: cross_val_predict(model, X, y, groups=patient, cv=folds, method="predict_proba")[:, 1]
    for name, model in models.items()
}
for name, p in risk.items():
    print(
        f"{name:12s} AUROC {roc_auc_score(y, p):.3f}   Brier {brier_score_loss(y, p):.3f}   "
        f"mean risk {p.mean():.3f} (prevalence {y.mean():.3f})   "
        f"sensitivity at 0.5 {np.mean(p[y == 1] > 0.5):.2f}"
    )

# %%
# What was bought
# ---------------
# The ranking of patients hardly changes. The predicted risks move up as a whole: more ill
# patients pass 0.5, and so do more well ones. A lower threshold does that without a sampler.
figure, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharex=True, sharey=True, layout="constrained")
for ax, (name, p) in zip(axes, risk.items(), strict=True):
    for label, color in ((0, "#8a9ba8"), (1, "#b5541c")):
        ax.hist(
            p[y == label],
            bins=np.linspace(0, 1, 26),
            density=True,
            alpha=0.65,
            color=color,
            label=("well", "ill")[label],
        )
    ax.axvline(0.5, color="black", lw=0.8, ls=":")
    ax.axvline(p.mean(), color="#0b6e76", lw=1.5, label="mean predicted risk")
    ax.axvline(y.mean(), color="#0b6e76", lw=1.5, ls="--", label="prevalence")
    ax.set(title=f"{name}: AUROC {roc_auc_score(y, p):.2f}", xlabel="predicted risk")
axes[0].set_ylabel("density in each class")
axes[0].legend(frameon=False)
plt.show()
