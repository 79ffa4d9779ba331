"""Distances, votes and associations of mixed tables, one cell at a time."""

import math
from collections import Counter
from fractions import Fraction


def is_missing(cell):
    """Say whether a cell is None or NaN."""
    return cell is None or cell != cell


def same_label(a, b):
    """Compare two labels; missing ones are equal to each other."""
    return (is_missing(a) and is_missing(b)) or (not is_missing(a) and a == b)


def mixed_square(a, b, labels, penalty):
    """Squared distance of SMOTE-NC: over the columns that both rows have, scaled up to all."""
    total, shared = Fraction(0), 0
    for j, (x, y) in enumerate(zip(a, b, strict=True)):
        if j in labels:
            total += 0 if same_label(x, y) else Fraction(penalty)
            shared += 1
        elif not is_missing(x) and not is_missing(y):
            total += (Fraction(float(x)) - Fraction(float(y))) ** 2
            shared += 1
    return total * Fraction(len(a), shared) if shared else math.inf


def value_difference(column, y, a, b):
    """Sum over the classes of the absolute difference of their shares among two labels."""
    of_a = [label for cell, label in zip(column, y, strict=True) if same_label(cell, a)]
    of_b = [label for cell, label in zip(column, y, strict=True) if same_label(cell, b)]
    return sum(
        abs(Fraction(of_a.count(each), len(of_a)) - Fraction(of_b.count(each), len(of_b)))
        for each in sorted(set(y))
    )


def winners(labels, own):
    """Labels that a vote may end with: the most frequent ones, or the row's own if it is one."""
    counts = Counter("missing" if is_missing(label) else label for label in labels)
    best = {label for label, n in counts.items() if n == max(counts.values())}
    own = "missing" if is_missing(own) else own
    return {own} if own in best else best


def association(column, rows, label):
    """(o - e') / e' of a label in the rows of a class."""
    e = sum(same_label(cell, label) for cell in column)
    o = sum(same_label(column[row], label) for row in rows)
    expected = Fraction(e * len(rows), len(column))
    return (o - expected) / expected
