"""Where did a sampler of mixed tables look for neighbors? Its distance, kept for other tables.

Labels are known by what they say, not by their numbers in one table, so that a table with new rows,
or with some of the rows alone, is seen in the same way. Where several classes grew, each by a
distance of its own, squared distances are the mean of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, ClassVar

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.metaestimators import available_if

from .._core.levels import read_levels
from .._core.nearest_labels import Mismatches, Pairs, ProfileGaps, has_holes
from .._core.table import Table, wrap
from ..exceptions import SamplerInputError
from ._associations import level_names
from ._coded_table import CodedTable, measured_and_ranked, scaled
from ._mixed_columns import MixedColumns
from ._value_differences import Profiles

# Share of filled cells below which indicators of labels are kept as a sparse matrix.
FILLED = 0.3
# Coordinates for each column of the table above which comparing rows is faster than placing them.
WIDE = 6


class LabelSpace(TransformerMixin, BaseEstimator):
    """Coordinates in which Euclidean distance is the one that a sampler searched with.

    What `neighbor_space_` of a fitted sampler is: hand it on as
    ``neighbor_space=FrozenEstimator(sampler.neighbor_space_)``.

    Parameters
    ----------
    layout : Placed, Compared or Profiled
        What was learned.
    """

    def __init__(self, layout: Any) -> None:
        self.layout = layout

    def fit(self, X: Any, y: Any = None) -> LabelSpace:
        """Do nothing: everything was learned by the sampler."""
        return self

    def transform(self, X: Any) -> Any:
        """Give the coordinates of the rows of a table of the same columns.

        Returns
        -------
        coordinates : ndarray or CSR matrix of shape (n_rows, n_coordinates)

        Raises
        ------
        SamplerInputError
            When there is a label that the sampler has not seen.
        """
        return self.layout.coordinates(self._open(X))

    @available_if(lambda self: self.layout.compares)
    def pairs(self, X: Any) -> Pairs:
        """Prepare the comparison of all rows of a table, where that is faster or more exact."""
        return self.layout.pairs(self._open(X))

    def _open(self, X: Any) -> Table:
        table = wrap(X)
        if table.n_columns != self.layout.n_columns:
            raise SamplerInputError(
                f"The table has {table.n_columns} columns, but the neighbors were searched in "
                f"{self.layout.n_columns}."
            )
        return table

    def __sklearn_is_fitted__(self) -> bool:
        return True


@dataclass(frozen=True, eq=False)
class Book:
    """The labels of a column that a sampler has seen, each with its number; None is missing."""

    name: Any
    number: dict[Any, int]

    def read(self, cells: Any) -> np.ndarray:
        """Number of the label of each cell."""
        levels = read_levels(cells)
        known = [self.number.get(label, -1) for label in level_names(cells, levels)]
        if -1 in known:
            new = level_names(cells, levels)[known.index(-1)]
            raise SamplerInputError(
                f"Column {self.name} holds the label {new!r}, which the table that the sampler "
                "learned from does not hold."
            )
        return np.array(known, np.min_scalar_type(len(self.number)))[levels.codes]


def book_of(columns: MixedColumns, column: int) -> Book:
    """Learn the labels of a column."""
    cells = columns.table.cells(column)
    levels = columns.labels[column] if column in columns.labels else read_levels(cells)
    names = level_names(cells, levels)
    return Book(columns.table.names[column], {name: i for i, name in enumerate(names)})


@dataclass(frozen=True, eq=False)
class Placed:
    """Every label has coordinates, one for each class that grew.

    Parameters
    ----------
    n_columns : int
        Columns of the table.
    numbers : tuple of int
        Columns that are taken as they are.
    books : dict of {int: Book}
        Labels of the other columns that count.
    places : dict of {int: ndarray of shape (n_levels, n_coordinates)}
        Their coordinates.
    times : int, default=1
        Coordinates of each number, which is as far from others for any: see `repeated`.
    """

    n_columns: int
    numbers: tuple[int, ...]
    books: dict[int, Book]
    places: dict[int, np.ndarray]
    times: int = 1
    compares: ClassVar[bool] = False

    def coordinates(self, table: Table) -> Any:
        """Coordinates of all rows, in the order of the columns."""
        if len(self.numbers) == table.n_columns:
            return table.numbers()
        measured = MixedColumns(table, self.numbers, {}, {}).measured(np.arange(table.n_rows))
        measured *= measured.dtype.type(1 / np.sqrt(self.times))
        at = {j: [cells] * self.times for j, cells in zip(self.numbers, measured.T, strict=True)}
        at |= {j: [self.places[j][book.read(table.cells(j))]] for j, book in self.books.items()}
        parts = chain(*(at[j] for j in sorted(at)))
        dtype = measured.dtype if self.numbers else np.float64
        return np.column_stack([np.empty((table.n_rows, 0)), *parts]).astype(dtype, copy=False)

    def repeated(self, times: int) -> Placed:
        """Give numbers as many coordinates as labels: all columns weigh alike where some miss."""
        share = 1 / np.sqrt(times)
        places = {j: np.repeat(at * share, times, axis=1) for j, at in self.places.items()}
        return replace(self, places=places, times=times)


@dataclass(frozen=True, eq=False)
class Compared:
    """Numbers and ranks have coordinates, and any two labels are equally different.

    Parameters
    ----------
    placed : Placed
        Numbers and ranks.
    books : dict of {int: Book}
        The labels.
    unit : float
        How far two labels are apart.
    holes : bool
        Whether numbers are missing: a label counts as one column then, however many it can be.
    """

    placed: Placed
    books: dict[int, Book]
    unit: float
    holes: bool

    @property
    def n_columns(self) -> int:
        """Columns of the table."""
        return self.placed.n_columns

    @property
    def compares(self) -> bool:
        """Whether rows are better compared than placed."""
        n_labels = sum(len(book.number) for book in self.books.values())
        return self.holes or n_labels > WIDE * self.n_columns

    def coordinates(self, table: Table) -> Any:
        """Numbers, ranks, and for each label ``unit / sqrt(2)`` in the rows that carry it."""
        numbers = self.placed.coordinates(table)
        codes = self._codes(table)
        sizes = [len(book.number) for book in self.books.values()]
        columns = codes + np.cumsum([0, *sizes[:-1]])
        starts = np.arange(0, codes.size + 1, codes.shape[1])
        ones = np.full(codes.size, self.unit / np.sqrt(2))
        shape = (table.n_rows, sum(sizes))
        carried = sparse.csr_matrix((ones, columns.ravel(), starts), shape=shape)
        if codes.shape[1] + numbers.shape[1] < FILLED * (shape[1] + numbers.shape[1]):
            return sparse.hstack([numbers, carried], format="csr")
        return np.column_stack([numbers, carried.toarray()])

    def pairs(self, table: Table) -> Mismatches:
        """Prepare the comparison, which needs no coordinate for each label."""
        scale = 2.0 ** -np.frexp(self.unit)[1]  # a power of two, so that nothing is rounded
        numbers = np.asarray(self.placed.coordinates(table), np.float64) * scale
        codes = self._codes(table)
        return Mismatches(numbers, codes, (self.unit * scale) ** 2)

    def _codes(self, table: Table) -> np.ndarray:
        return np.column_stack([book.read(table.cells(j)) for j, book in self.books.items()])


@dataclass(frozen=True, eq=False)
class Profiled:
    """Labels differ as the classes of the rows that carried them do; for more than two classes.

    Parameters
    ----------
    books : dict of {int: Book}
        Labels of each column.
    shares : list of ndarray of shape (n_levels, n_classes)
        Share of each class among the rows that carry a label, for each column.
    """

    books: dict[int, Book]
    shares: list[np.ndarray]
    compares: ClassVar[bool] = True

    @property
    def n_columns(self) -> int:
        """Columns of the table."""
        return len(self.books)

    def coordinates(self, table: Table) -> np.ndarray:
        """Shares of all classes, whose distances are near those of the sampler, not the same."""
        pairs = zip(self.shares, self._codes(table).T, strict=True)
        return np.concatenate([share[code] for share, code in pairs], axis=1)

    def pairs(self, table: Table) -> ProfileGaps:
        """Prepare the comparison by the distance of the sampler."""
        return ProfileGaps(self._codes(table), self.shares)

    def _codes(self, table: Table) -> np.ndarray:
        return np.column_stack([book.read(table.cells(j)) for j, book in self.books.items()])


def learn_codes(tables: Sequence[CodedTable]) -> LabelSpace:
    """Keep the codes of labels, those of each class that grew."""
    columns, share = tables[0].columns, 1 / np.sqrt(len(tables))
    placed = _numbers_and_ranks(columns, [table.unit for table in tables])
    codes = {
        j: np.column_stack([table.codes[j] for table in tables]) * share for j in columns.labels
    }
    if codes and _with_holes(columns):
        placed = placed.repeated(len(tables))
    books = {j: book_of(columns, j) for j in codes}
    return LabelSpace(replace(placed, books=placed.books | books, places=placed.places | codes))


def learn_mismatches(columns: MixedColumns, units: Sequence[float]) -> LabelSpace:
    """Keep how far two labels are apart, for each class that grew."""
    placed = _numbers_and_ranks(columns, units)
    if not columns.labels:
        return LabelSpace(placed)
    books = {j: book_of(columns, j) for j in columns.labels}
    return LabelSpace(Compared(placed, books, _root_mean_square(units), _with_holes(columns)))


def learn_profiles(profiles: Profiles) -> LabelSpace:
    """Keep the classes of the rows that carry each label."""
    columns = profiles.columns
    books = {j: book_of(columns, j) for j in columns.labels}
    if not profiles.is_binary:
        return LabelSpace(Profiled(books, profiles.shares))
    places = {j: 2 * share[:, :1] for j, share in zip(books, profiles.shares, strict=True)}
    return LabelSpace(Placed(columns.table.n_columns, (), books, places))


def _with_holes(columns: MixedColumns) -> bool:
    return has_holes(measured_and_ranked(columns, 1.0, np.arange(columns.table.n_rows)))


def _numbers_and_ranks(columns: MixedColumns, units: Sequence[float]) -> Placed:
    books = {j: book_of(columns, j) for j in columns.ranks}
    unit = _root_mean_square(units)
    places = {}
    for j, ranks in columns.ranks.items():
        levels = read_levels(columns.table.cells(j))
        places[j] = scaled(ranks, unit)[levels.example][:, None]
    return Placed(columns.table.n_columns, columns.numbers, books, places)


def _root_mean_square(units: Sequence[float]) -> float:
    largest = max(units)  # squares of shares of it neither overflow nor vanish
    return float(largest * np.sqrt(np.mean(np.square(np.divide(units, largest)))))
