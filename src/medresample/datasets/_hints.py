"""What did the user mean? The nearest name, and what a column of labels looks like."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any


def nearest(name: str, known: Sequence[str]) -> str:
    """A hint at the nearest known name, or the list of what there is."""
    near = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {near[0]!r}?" if near else f" There are: {some(known)}."


def some(names: Sequence[str]) -> str:
    """The first names of a list, and how many more there are."""
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def as_number(label: Any) -> float | None:
    """A label as a number, also where it is a number written as text."""
    try:
        return float(label)
    except (TypeError, ValueError):
        return None


def looks_continuous(labels: Iterable[Any], most: float = 20) -> bool:
    """Whether labels are numbers (or numbers as text) that can hardly be classes.

    That is: more than two of them, and some not whole, or more than ``most``.
    """
    numbers = [as_number(label) for label in labels]
    if len(numbers) <= 2 or None in numbers:
        return False
    return len(numbers) > most or not all(number.is_integer() for number in numbers if number)
