"""
Can the risks be believed? Three models before and after
========================================================

Balancing makes risks too high. Here the true risk of every patient is known, and we see what
balancing did to the risks, and what is left of that after correcting the prior and after
recalibration.
"""

# %%
# Patients whose risks are known
# ------------------------------
# One in twenty is ill. A quarter of the patients trains, the others are asked.
import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from medresample import (
    SMOTE,
    PriorCorrectedClassifier,
    RandomUnderSampler,
    ResampledClassifier,
    make_pipeline,
)
from medresample.metrics import auroc, brier_score, calibration_curve, calibration_intercept

rng = np.random.default_rng(0)
X = rng.normal(size=(40_000, 3))
risk = expit(-3.6 + X @ [1.2, -0.8, 0.0])
ill = rng.random(40_000) < risk
X_train, ill_train, X_test, ill_test = X[:10_000], ill[:10_000], X[10_000:], ill[10_000:]

# %%
# Two samplers, before and after
# ------------------------------
# Random under-sampling shifts the prior and nothing else, so that counting is enough. SMOTE does
# more: it is recalibrated on a fifth of the patients, who were kept out.
under = make_pipeline(RandomUnderSampler(random_state=0), LogisticRegression())
smote = ResampledClassifier(SMOTE(random_state=0), LogisticRegression(), random_state=0)
models = {
    "under-sampled": under,
    "under-sampled, prior corrected": PriorCorrectedClassifier(under),
    "SMOTE": smote,
    "SMOTE, recalibrated": ResampledClassifier(
        SMOTE(random_state=0), LogisticRegression(), calibrate="logistic", random_state=0
    ),
    "not resampled": LogisticRegression(),
}
said = {
    name: model.fit(X_train, ill_train).predict_proba(X_test)[:, 1]
    for name, model in models.items()
}

# %%
# The ranking is the same, the risks are not
# ------------------------------------------
# AUROC does not notice. The Brier score and the intercept do: an intercept of -3 means that the
# odds are twenty times too high.
print(f"{'':32}AUROC   Brier  intercept")
for name, found in said.items():
    scores = (score(ill_test, found) for score in (auroc, brier_score, calibration_intercept))
    print(f"{name:32}" + "  ".join(f"{value:6.3f}" for value in scores))

# %%
# Announced and observed
# ----------------------
# On the left the risks as the models say them: of those who were told 80 %, a fifth is ill. On the
# right the same models after correction, on another scale. The under-sampled one was trained on a
# ninth of the patients, and is a little rougher for it.
STYLES = {
    "under-sampled": ("#0b6e76", "o", "-"),
    "SMOTE": ("#b5541c", "s", "--"),
    "not resampled": ("#555555", "^", ":"),
}
panels = {
    "as they come": {"under-sampled": "under-sampled", "SMOTE": "SMOTE"},
    "after correction": {
        "under-sampled, prior corrected": "under-sampled",
        "SMOTE, recalibrated": "SMOTE",
        "not resampled": "not resampled",
    },
}
figure, axes = plt.subplots(1, 2, figsize=(9, 4.6), layout="constrained")
for ax, (title, shown), limit in zip(axes, panels.items(), (1, 0.4), strict=True):
    for name, style in shown.items():
        color, marker, line = STYLES[style]
        curve = calibration_curve(ill_test, said[name])
        ax.plot(
            curve["risk"], curve["observed"], color=color, marker=marker, ls=line, ms=5, label=name
        )
    ax.plot([0, limit], [0, limit], color="black", lw=0.8)
    ax.set(xlim=(0, limit), ylim=(0, limit), title=f"Risks {title}", xlabel="announced risk")
    ax.set_aspect("equal")
    ax.legend(frameon=False, loc="upper left")
axes[0].set_ylabel("share of ill patients")
plt.show()
