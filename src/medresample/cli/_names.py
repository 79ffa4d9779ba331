"""Which names does the help list? Written out, so that asking for help loads no sampler."""

SAMPLERS = (
    "random_over, random_under, smote, borderline_smote, adasyn, safe_level_smote, kmeans_smote, "
    "svm_smote, smote_enc, smote_nc, smote_n, kmeans_under, fuzzy_c_means_under, tomek_links, enn, "
    "renn, all_knn, smote_tomek, smote_enn, smote_kmeans, smote_fuzzy_c_means, smote_ipf"
)
ENSEMBLES = "easy_ensemble, balance_cascade"
CONTROLS = "none, class_weight, threshold_tuned"
