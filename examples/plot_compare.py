"""
Did it help? A comparison in a few lines
========================================

Two samplers against the data as they are, class weights, and a tuned threshold, on features of
cell nuclei with a tenth of the cases malignant.
"""

# %%
# Compare
# -------
# Repeated cross-validation with the same splits for all. The three controls are added by
# themselves.
import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression

from medresample import SMOTE, RandomOverSampler, compare_samplers
from medresample.compare import CalibrationDisplay
from medresample.datasets import load_nuclei

nuclei = load_nuclei()
result = compare_samplers(
    {"over": RandomOverSampler(), "smote": SMOTE()},
    LogisticRegression(),
    nuclei.data,
    nuclei.target,
    n_repeats=3,
    random_state=0,
    progress=False,
)
scores = ["auroc", "average_precision", "brier", "sensitivity", "specificity"]
print(result.summary().set_index("sampler")[scores].round(3).to_string())

# %%
# Who is ranked above whom
# ------------------------
# Differences in AUROC to the data as they are, with intervals that allow for training sets that
# overlap. In the shaded region a difference does not matter.
result.plot_differences("auroc")

# %%
# Are the risks right?
# --------------------
# Balanced training data make for risks that are far too high: the curves fall below the diagonal.
CalibrationDisplay.from_result(result).plot()
plt.show()
