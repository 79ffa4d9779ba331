"""How are new rows made? Frozen records that know their source rows and fill an output block.

Every recipe answers the same questions:

``len(recipe)``              how many rows does it make
``seed``                     the row each new row starts from: its label and group follow it
``fill(table, columns, out)``  the numbers of some columns, written into `out`
``donors(column)``           for a column of labels: the row whose label is taken, per new row
``take(which)``              the same recipe for some of its rows
``renumber(rows)``           the same recipe for a table whose row ``i`` was row ``rows[i]``
``shares(n_rows)``           the share of every input row in each new one, as a sparse matrix
``links(n_rows)``            who contributed at all, as a sparse 0/1 matrix
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse

from ..exceptions import SamplerInputError
from .loading import compiled_pays
from .noise import Noise

# Seconds per cell that interpolation by NumPy takes.
BY_NUMPY = 4e-9
# Rows of scratch memory are built in blocks of about this many cells, to stay in the cache.
BLOCK = 65_536


def id_type(n_rows: int) -> type:
    """Type of the row numbers of a table: four bytes each where that will do."""
    return np.int32 if n_rows <= np.iinfo(np.int32).max else np.int64


def row_ids(rows: Any, n_rows: int) -> np.ndarray:
    """Store row numbers in the type for a table of that size."""
    return np.asarray(rows, dtype=id_type(n_rows))


def _blocks(n_rows: int, n_columns: int) -> Iterator[slice]:
    size = max(1, BLOCK // max(1, n_columns))
    return (slice(start, min(start + size, n_rows)) for start in range(0, n_rows, size))


def _unit_rows(rows: np.ndarray, n_rows: int) -> sparse.csr_array:
    ones = np.ones(len(rows))
    return sparse.csr_array((ones, (np.arange(len(rows)), rows)), shape=(len(rows), n_rows))


def _pattern(matrix: sparse.csr_array) -> sparse.csr_array:
    matrix = sparse.csr_array(matrix)
    matrix.data = np.ones_like(matrix.data)
    return matrix


@dataclass(frozen=True, eq=False)
class Copies:
    """Rows repeated as they are, or with noise added to their numbers (smoothed bootstrap)."""

    seed: np.ndarray
    noise: Noise | None = None
    discrete: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.seed)

    def fill(self, table: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
        """Write the new rows' numbers in some columns into `out`."""
        np.take(table, self.seed, axis=0, out=out, mode="clip")
        if self.noise is None:
            return
        pieces = self.noise.pieces()
        for j, column in enumerate(columns):
            if not (self.noise.width[:, column] > 0).any():
                continue  # nothing moves, so not even rounding may
            moved = self.noise.add_to(out[:, j], int(column), pieces)
            out[:, j] = round_to(out.dtype, moved, discrete=int(column) in self.discrete)

    def donors(self, column: int) -> np.ndarray:
        """Row whose label a new row takes: a copy takes its seed's, noise or not."""
        return self.seed

    def take(self, which: Any) -> Copies:
        """Keep some of the new rows."""
        noise = None if self.noise is None else self.noise.take(which)
        return replace(self, seed=self.seed[which], noise=noise)

    def renumber(self, rows: np.ndarray) -> Copies:
        """Read the same rows from a table whose row i is called rows[i]."""
        return replace(self, seed=rows[self.seed])

    def shares(self, n_rows: int) -> sparse.csr_array:
        """Share of each input row in each new row, shape (n_new, n_rows)."""
        if self.noise is not None and (self.noise.width > 0).any():
            raise SamplerInputError(
                "A plan with added noise is no linear operator: use apply(X), or parents() for "
                "the rows that contributed."
            )
        return _unit_rows(self.seed, n_rows)

    def links(self, n_rows: int) -> sparse.csr_array:
        """1 where an input row contributed to a new row."""
        return _unit_rows(self.seed, n_rows)


@dataclass(frozen=True, eq=False)
class Segments:
    """Rows on the segment from a seed to a partner: ``seed + step * (partner - seed)``.

    Twelve bytes a row: two int32 row numbers and the float32 step, which is used as stored.
    Integer columns, and those listed in `discrete`, are rounded to the nearest integer. A negative
    step leads to the far side of the seed; values are clipped there to what the type holds.
    """

    seed: np.ndarray
    partner: np.ndarray
    step: np.ndarray
    discrete: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.seed)

    def fill(self, table: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
        """Write the new rows' numbers in some columns into `out`."""
        is_flag = out.dtype.kind == "b"
        if is_flag:
            table, out = table.view(np.uint8), out.view(np.uint8)
        if out.dtype.kind in "iu":
            self._fill_integers(table, out)
        elif out.dtype in (np.float32, np.float64) and compiled_pays(out.size * BY_NUMPY):
            from .._kernels.interpolate import interpolate

            interpolate(table, self.seed, self.partner, self.step, out)
        else:
            self._fill_floats(table, out)
        if (self.step < 0).any():
            _clip(out, is_flag)
        for j in np.flatnonzero(np.isin(columns, self.discrete)):
            np.rint(out[:, j], out=out[:, j])

    def _fill_floats(self, table: np.ndarray, out: np.ndarray) -> None:
        for block in _blocks(*out.shape):
            start = table[self.seed[block]].astype(np.float64)
            end = table[self.partner[block]].astype(np.float64)
            np.copyto(end, start, where=np.isnan(end))
            share = self.step[block, None].astype(np.float64)
            with np.errstate(over="ignore", invalid="ignore"):
                new = start + share * (end - start)
                if not np.isfinite(new).all():  # holes, or a difference that no float64 can hold
                    new = np.where(np.isinf(new), (1 - share) * start + share * end, new)
                out[block] = new

    def _fill_integers(self, table: np.ndarray, out: np.ndarray) -> None:
        # Only the move is computed in floating point, so that large integers (identifiers, dates
        # as numbers) which do not change along the segment come out exactly. Eight-byte integers
        # move in wrap-around arithmetic, where no difference is too large.
        limits = np.array([np.iinfo(out.dtype).min, np.iinfo(out.dtype).max], out.dtype)
        lowest, highest = limits.astype(np.uint64)
        for block in _blocks(*out.shape):
            start = table[self.seed[block]]
            move = table[self.partner[block]].astype(np.float64) - start.astype(np.float64)
            move = np.rint(move * self.step[block, None].astype(np.float64))
            if out.dtype.itemsize < 8:
                out[block] = round_to(out.dtype, start + move, discrete=True)
            else:
                base, size = start.astype(np.uint64), np.abs(move).astype(np.uint64)
                size = np.minimum(size, np.where(move < 0, base - lowest, highest - base))
                out[block] = np.where(move < 0, base - size, base + size).astype(out.dtype)

    def donors(self, column: int) -> np.ndarray:
        """Refuse: there is no point halfway between two labels."""
        raise SamplerInputError(f"Column {column} holds labels, which can not be interpolated.")

    def take(self, which: Any) -> Segments:
        """Keep some of the new rows."""
        return replace(
            self, seed=self.seed[which], partner=self.partner[which], step=self.step[which]
        )

    def renumber(self, rows: np.ndarray) -> Segments:
        """Read the same rows from a table whose row i is called rows[i]."""
        return replace(self, seed=rows[self.seed], partner=rows[self.partner])

    def shares(self, n_rows: int) -> sparse.csr_array:
        """Share of each input row in each new row, shape (n_new, n_rows)."""
        step = self.step.astype(np.float64)
        new = np.arange(len(self))
        return sparse.csr_array(
            (
                np.concatenate([1 - step, step]),
                (np.concatenate([new, new]), np.concatenate([self.seed, self.partner])),
            ),
            shape=(len(self), n_rows),
        )

    def links(self, n_rows: int) -> sparse.csr_array:
        """1 where an input row contributed to a new row."""
        return _pattern(_unit_rows(self.seed, n_rows) + _unit_rows(self.partner, n_rows))


@dataclass(frozen=True, eq=False)
class Donors:
    """Rows put together cell by cell: for each column, the row whose value is taken.

    ``cells`` has a row per new row and a column per entry of ``columns``. A vote among neighbors is
    stored as one voter that carries the winning label, so a plan never invents a label.
    """

    seed: np.ndarray
    cells: np.ndarray
    columns: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.seed)

    def fill(self, table: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
        """Write the new rows' numbers in some columns into `out`."""
        for j, column in enumerate(columns):
            out[:, j] = table[self.donors(int(column)), j]

    def donors(self, column: int) -> np.ndarray:
        """Row whose value each new row takes in a column; the seed where none is named."""
        if column not in self.columns:
            return self.seed
        return self.cells[:, self.columns.index(column)]

    def take(self, which: Any) -> Donors:
        """Keep some of the new rows."""
        return replace(self, seed=self.seed[which], cells=self.cells[which])

    def renumber(self, rows: np.ndarray) -> Donors:
        """Read the same rows from a table whose row i is called rows[i]."""
        return replace(self, seed=rows[self.seed], cells=rows[self.cells])

    def shares(self, n_rows: int) -> sparse.csr_array:
        """Refuse: each column of the new row has its own source."""
        raise SamplerInputError(
            "A plan that takes each cell from a row of its own is no linear operator: use "
            "apply(X), or parents() for the rows that contributed."
        )

    def links(self, n_rows: int) -> sparse.csr_array:
        """1 where an input row contributed to a new row."""
        total = _unit_rows(self.seed, n_rows)
        for column in self.columns:
            total = total + _unit_rows(self.donors(column), n_rows)
        return _pattern(total)


@dataclass(frozen=True, eq=False)
class Mixed:
    """Numbers interpolated, labels voted: `Segments` for numeric columns, `Donors` for the rest."""

    numbers: Segments
    labels: Donors

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def seed(self) -> np.ndarray:
        """Row each new row starts from."""
        return self.numbers.seed

    def fill(self, table: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
        """Write the new rows' numbers in some columns into `out`."""
        self.numbers.fill(table, columns, out)
        voted = np.isin(columns, self.labels.columns)
        for j in np.flatnonzero(voted):
            out[:, j] = table[self.labels.donors(int(columns[j])), j]

    def donors(self, column: int) -> np.ndarray:
        """Row whose label each new row takes in a column."""
        if column not in self.labels.columns:
            return self.numbers.donors(column)
        return self.labels.donors(column)

    def take(self, which: Any) -> Mixed:
        """Keep some of the new rows."""
        return Mixed(self.numbers.take(which), self.labels.take(which))

    def renumber(self, rows: np.ndarray) -> Mixed:
        """Read the same rows from a table whose row i is called rows[i]."""
        return Mixed(self.numbers.renumber(rows), self.labels.renumber(rows))

    def shares(self, n_rows: int) -> sparse.csr_array:
        """Refuse: voted cells have sources of their own."""
        return self.labels.shares(n_rows)

    def links(self, n_rows: int) -> sparse.csr_array:
        """1 where an input row contributed to a new row."""
        return _pattern(self.numbers.links(n_rows) + self.labels.links(n_rows))


@dataclass(frozen=True, eq=False)
class Values:
    """Explicit rows, such as cluster centers, with the rows they stand for.

    New row i is ``rows[i]``; its members are ``members[start[i]:start[i + 1]]``, the one that
    represents it best first, with weights ``weight`` that sum to 1 for each new row. One without
    members is of unknown origin.
    """

    rows: np.ndarray
    start: np.ndarray
    members: np.ndarray
    weight: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def seed(self) -> np.ndarray:
        """First member of each new row, -1 where there is none."""
        seed = np.full(len(self), -1, self.members.dtype)
        known = np.diff(self.start) > 0
        seed[known] = self.members[self.start[:-1][known]]
        return seed

    def fill(self, table: np.ndarray, columns: np.ndarray, out: np.ndarray) -> None:
        """Write the new rows' numbers in some columns into `out`."""
        for j, column in enumerate(columns):
            out[:, j] = round_to(out.dtype, self.rows[:, column], discrete=False)

    def donors(self, column: int) -> np.ndarray:
        """Refuse: a center has no label of its own."""
        raise SamplerInputError(
            f"Column {column} holds labels, and a cluster center has none: choose a strategy that "
            "keeps real rows."
        )

    def take(self, which: Any) -> Values:
        """Keep some of the new rows."""
        kept = np.arange(len(self))[which]
        sizes = np.diff(self.start)[kept]
        inside = np.concatenate(
            [np.arange(self.start[i], self.start[i + 1]) for i in kept] or [np.empty(0, np.intp)]
        ).astype(np.intp)
        return Values(
            rows=self.rows[kept],
            start=np.concatenate([[0], np.cumsum(sizes)]).astype(self.start.dtype),
            members=self.members[inside],
            weight=self.weight[inside],
        )

    def renumber(self, rows: np.ndarray) -> Values:
        """Read the same rows from a table whose row i is called rows[i]."""
        return replace(self, members=rows[self.members])

    def shares(self, n_rows: int) -> sparse.csr_array:
        """Share of each input row in each new row, shape (n_new, n_rows)."""
        matrix = sparse.csr_array(
            (self.weight.astype(np.float64), self.members, self.start),
            shape=(len(self), n_rows),
            copy=True,  # the next line works in place
        )
        matrix.sum_duplicates()
        return matrix

    def links(self, n_rows: int) -> sparse.csr_array:
        """1 where an input row contributed to a new row."""
        return _pattern(self.shares(n_rows))


Recipe: TypeAlias = Copies | Segments | Donors | Mixed | Values
KINDS: tuple[type, ...] = (Copies, Segments, Donors, Mixed, Values)


def round_to(dtype: np.dtype, values: np.ndarray, *, discrete: bool) -> np.ndarray:
    """Bring computed numbers into the column's type: rounded where it is whole, clipped to fit."""
    if dtype.kind == "b":
        return values >= 0.5
    if dtype.kind in "iu":
        whole = np.rint(values)
        limits = np.iinfo(dtype)
        out = np.empty(whole.shape, dtype)
        # float(max) of a 64-bit type rounds up to a number that no longer fits
        high, low = whole >= float(limits.max), whole <= float(limits.min)
        inside = ~(high | low)
        out[inside] = whole[inside].astype(dtype)
        out[high], out[low] = limits.max, limits.min
        return out
    limits_f = np.finfo(dtype)
    clipped = np.clip(values, float(limits_f.min), float(limits_f.max))
    return np.rint(clipped) if discrete else clipped


def _clip(values: np.ndarray, is_flag: bool) -> None:
    """Bring flags stored as bytes, or floats, back to what their type holds."""
    if is_flag:
        np.minimum(values, 1, out=values)
    elif values.dtype.kind == "f":
        limits = np.finfo(values.dtype)
        np.clip(values, limits.min, limits.max, out=values)


def segments_of(recipe: Recipe) -> Segments | None:
    """Give the interpolation within a recipe, where there is one."""
    if isinstance(recipe, Mixed):
        return recipe.numbers
    return recipe if isinstance(recipe, Segments) else None


def is_voted(recipe: Recipe, column: int) -> bool:
    """Say whether each new cell of a column is the cell of a donor of its own."""
    labels = recipe.labels if isinstance(recipe, Mixed) else recipe
    return isinstance(labels, Donors) and column in labels.columns


def is_plain_copy(recipe: Recipe) -> bool:
    """Say whether a recipe repeats rows bit for bit."""
    return isinstance(recipe, Copies) and recipe.noise is None
