"""What lies around a row, counted one row at a time."""

from .search import naive_search


def enemies_around(table, y, row, k):
    """Rows of other classes among the k nearest rows of any class, and how many were found."""
    others = [other for other in range(len(table)) if other != row]
    found = naive_search(table, [row], others, min(k, len(others)))[0]
    found = [other for other in found.tolist() if other >= 0]
    return sum(y[other] != y[row] for other in found), len(found)


def kind_of_place(table, y, row, m):
    """Noise, danger or safe, by the definition of Han, Wang and Mao."""
    n_enemies, n_found = enemies_around(table, y, row, m)
    if n_found and n_enemies == n_found:
        return "noise"
    if n_found and n_found / 2 <= n_enemies:
        return "danger"
    return "safe"


def safe_level(table, y, row, k, label):
    """Rows of a class among the k nearest rows of any class."""
    others = [other for other in range(len(table)) if other != row]
    found = naive_search(table, [row], others, min(k, len(others)))[0]
    return sum(y[other] == label for other in found.tolist() if other >= 0)


def step_range(seed, partner):
    """The five cases of Safe-Level-SMOTE; None where nothing is made."""
    if partner == 0:
        return None if seed == 0 else (0, 0)
    ratio = seed / partner
    if ratio == 1:
        return (0, 1)
    return (0, 1 / ratio) if ratio > 1 else (1 - ratio, 1)
