"""
Patient ids and weights carried along
=====================================

Several rows of a patient, and a weight for each row: what happens to them when rows are left out
or made? The pipeline of medresample does to them what its sampler does to the table.
"""

# %%
# A table with patients and weights
# ---------------------------------
# 150 patients with three to five visits each. Rows of one clinic count double.
import matplotlib.pyplot as plt
import numpy as np
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from medresample import SMOTE, make_pipeline

rng = np.random.default_rng(3)
visits = rng.integers(3, 6, 150)
patient = np.repeat(np.arange(150), visits)
ill = np.arange(150) % 8 == 0
y = np.where(ill[patient], "ill", "well")
center = rng.normal(size=(150, 2)) + 1.2 * ill[:, None]
X = center[patient] + 0.35 * rng.normal(size=(len(patient), 2))
weight = np.where(patient % 3 == 0, 2.0, 1.0)

# %%
# The pipeline carries both
# -------------------------
# Each step says what it wants (scikit-learn's metadata routing), and the steps after the sampler
# receive it resampled: kept rows keep their weight, a new row gets that of its seed.
with config_context(enable_metadata_routing=True):
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    sampler = SMOTE(k_neighbors=2, partner_groups="same", random_state=0)
    sampler.set_fit_resample_request(groups=True, sample_weight=False)
    classifier = LogisticRegression().set_fit_request(sample_weight=True)
    model = make_pipeline(scaler, sampler, classifier)
    model.fit(X, y, sample_weight=weight, groups=patient)

plan = model["smote"].plan_
print(plan)
print(
    "rows:",
    plan.n_rows_out,
    " weights:",
    plan.carry(weight).shape,
    " patients:",
    plan.carry(patient).shape,
)

# %%
# Whose rows are mixed?
# ---------------------
# With ``partner_groups="same"`` a new row lies between two visits of one patient; by default it may
# lie between two patients. Rows of the second kind belong to two patients: never split them by
# patient id afterwards.
figure, axes = plt.subplots(
    1, 2, figsize=(9.5, 4.4), sharex=True, sharey=True, layout="constrained"
)
for ax, partner_groups in zip(axes, ("same", "any"), strict=True):
    sampler = SMOTE(k_neighbors=2, partner_groups=partner_groups, random_state=0)
    plan = sampler.plan(X, y, groups=patient)
    provenance = plan.provenance()
    new = provenance[provenance["origin"] == "synthetic"]
    same = patient[new["seed"]] == patient[new["partner"]]
    ax.scatter(*X[y == "well"].T, s=8, color="#d9dfe3", label="well")
    for rows, color in ((new[~same], "#b9c9cb"), (new[same], "#0b6e76")):
        ax.plot(
            *np.stack([X[rows["seed"]], X[rows["partner"]]]).transpose(2, 0, 1), color=color, lw=0.7
        )
    sick = y == "ill"
    ax.scatter(
        *X[sick].T,
        s=18,
        c=patient[sick] // 8,
        cmap="tab20",
        zorder=3,
        label="ill; a color for each patient",
    )
    ax.set(
        title=f'partner_groups="{partner_groups}": {same.mean():.0%} within a patient',
        xticks=[],
        yticks=[],
    )
axes[0].legend(frameon=False, loc="upper left")
plt.show()
