"""
Where does a synthetic row come from?
=====================================

Every row that a sampler returns knows its parents. Here we draw the lines between them, read
the record as a table, and see how much each patient counts after resampling.
"""

# %%
# Resample
# --------
# Features of cell nuclei, 40 malignant cases among 397. Neighbors are searched among
# standardized columns; rows are built in the original units.
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from medresample import SMOTE
from medresample.datasets import load_nuclei

nuclei = load_nuclei()
X, y = nuclei.data, nuclei.target

smote = SMOTE(
    neighbor_space=StandardScaler(),
    sampling_strategy={"malignant": 100},
    random_state=0,
)
X_new, y_new = smote.fit_resample(X, y)
print(smote.plan_)

# %%
# The record
# ----------
# One line for each row of the new table. Row numbers are those of the table that went in; -1 and
# NaN where there is nothing to say.
provenance = pd.DataFrame(smote.provenance_)
synthetic = provenance[provenance["origin"] == "synthetic"]
print(synthetic.head())

# %%
# Lines to the parents
# --------------------
# Each new row lies on the segment from its seed to its partner.
horizontal, vertical = "mean texture", "mean smoothness"
seeds, partners = X.iloc[synthetic["seed"]], X.iloc[synthetic["partner"]]
made = X_new.iloc[synthetic.index]
malignant = (y == "malignant").to_numpy()

figure, ax = plt.subplots(figsize=(7, 5), layout="constrained")
ax.scatter(
    X.loc[~malignant, horizontal],
    X.loc[~malignant, vertical],
    s=12,
    color="#cfd6db",
    label="benign",
)
ax.plot(
    np.stack([seeds[horizontal], partners[horizontal]]),
    np.stack([seeds[vertical], partners[vertical]]),
    color="#0b6e76",
    lw=0.6,
    alpha=0.6,
)
ax.scatter(
    X.loc[malignant, horizontal],
    X.loc[malignant, vertical],
    s=22,
    color="#b5541c",
    zorder=3,
    label="malignant",
)
ax.scatter(
    made[horizontal],
    made[vertical],
    s=20,
    facecolors="white",
    edgecolors="#0b6e76",
    zorder=4,
    label="new row, on the line between its parents",
)
ax.set(xlabel=horizontal, ylabel=vertical)
ax.legend(frameon=False)

# %%
# How much each patient counts
# ----------------------------
# The plan is a sparse matrix R, and the new table is R times the old one. The column sums of R are
# the weights that resampling gives to the original rows: benign ones stay at 1, malignant ones
# share the new rows.
R = smote.plan_.operator()
print(
    f"R has shape {R.shape}; largest difference to the table built:",
    float(np.abs(R @ X.to_numpy() - X_new.to_numpy()).max()),
)

weight = np.asarray(R.sum(axis=0)).ravel()
figure, ax = plt.subplots(figsize=(7, 2.8), layout="constrained")
ax.bar(np.arange(malignant.sum()), np.sort(weight[malignant])[::-1], color="#b5541c")
ax.axhline(1, color="black", lw=0.8, ls=":")
ax.set(xlabel="malignant patients, sorted", ylabel="weight after resampling", xticks=[])
plt.show()
