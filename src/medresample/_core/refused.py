"""Which columns can a sampler not work with? Those between whose values there is no distance."""

from __future__ import annotations

from ..exceptions import ColumnTypeError
from .columns import some_of
from .table import Table


def refuse_columns(table: Table, who: str, *, takes_labels: bool, space: str = "") -> None:
    """Refuse columns that are not numbers, naming them and what to do.

    Parameters
    ----------
    table : Table
        What was given.
    who : str
        The sampler, for the message.
    takes_labels : bool
        Whether it knows what to do with categories and words.
    space : str, default=""
        Its parameter for a transformer that makes numbers of any column, if it has one.
    """
    kinds = table.kinds()
    for kind, (what, remedy) in _REFUSED.items():
        columns = [table.names[j] for j, found in enumerate(kinds) if found == kind]
        if columns and not (takes_labels and kind == "nominal"):
            takes = "numbers and categories" if takes_labels else "numbers"
            raise ColumnTypeError(
                f"{who} works with {takes}, but column {some_of(columns)} {what} "
                + (_THROUGH_A_SPACE.format(space) if space else remedy)
            )


_REFUSED = {
    "nominal": (
        "holds categories or words.",
        "Use SMOTEENC, which takes numbers and categories together (RandomOverSampler and "
        "RandomUnderSampler take any column), or encode it as numbers first.",
    ),
    "date": (
        "holds dates, between which there is no meaningful step.",
        "Turn it into a number first, such as days since admission or age in years.",
    ),
    "other": (
        "holds values that have no distance: each argument must be a string or a number.",
        "Turn it into a number, or drop it.",
    ),
}
_THROUGH_A_SPACE = (
    "Give {}= a transformer that turns every column into numbers, such as "
    "make_column_transformer((OneHotEncoder(), ['sex']), remainder=StandardScaler()): it serves to "
    "measure distances, and rows come out as they are."
)
