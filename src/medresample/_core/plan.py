"""What does a sampler decide? One frozen record: the rows kept, the rows made, and their labels."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import Any

import numpy as np
from scipy import sparse

from ..exceptions import MixedGroupsWarning, SamplerInputError
from . import provenance, storage
from .groups import count_mixed
from .pages import gather
from .randomness import RandomState, draw_entropy, generator
from .recipes import Copies, Recipe, id_type, is_plain_copy
from .summary import PlanSummary, arrows
from .table import Table, take_rows, wrap
from .targets import Target
from .unknown import stand_ins


@dataclass(frozen=True, eq=False, repr=False)
class SamplingPlan:
    """Which rows of a table stay, which are made, from what, and with which labels.

    A sampler only chooses; its plan builds. The output of a plan is

    ``[ kept rows ........ | new rows of made[0] | new rows of made[1] | ... ]``

    A plan holds row numbers of the training table, and groups and weights where they were given;
    :meth:`anonymized` drops them before a fitted pipeline leaves the house.

    Parameters
    ----------
    target : Target
        Sorted classes and the class code of each input row.
    keep : "all" or ndarray of int
        Input rows that stay, in the order of the output.
    made : tuple of recipes
        How the new rows are made, in the order of the output.
    label : ndarray of int
        Class code of each new row.
    groups : ndarray, default=None
        Group (patient) of each input row.
    weights : ndarray, default=None
        Weight of each input row.
    earlier : SamplingPlan, default=None
        The plan whose output is this one's input, when the two can not be merged.

    Examples
    --------
    >>> import numpy as np
    >>> from medresample.over_sampling import SMOTE
    >>> X = np.array([[0.0], [1.0], [2.0], [10.0], [11.0]])
    >>> y = np.array(["well", "well", "well", "ill", "ill"])
    >>> plan = SMOTE(k_neighbors=1, random_state=0).plan(X, y)
    >>> plan
    SamplingPlan(kept 5 of 5, made 1: ill 2 -> 3, well 3 -> 3)
    >>> plan.apply(X).shape
    (6, 1)
    >>> plan.carry(["a", "b", "c", "d", "e"])[-1] in {"d", "e"}
    True
    """

    target: Target
    keep: str | np.ndarray
    made: tuple[Recipe, ...] = ()
    label: np.ndarray = field(default_factory=lambda: np.empty(0, np.intp))
    groups: np.ndarray | None = None
    weights: np.ndarray | None = None
    earlier: SamplingPlan | None = None

    # -- sizes ---------------------------------------------------------------------------------

    @property
    def n_rows_in(self) -> int:
        """Rows of the table the plan is for."""
        return len(self.target.codes) if self.earlier is None else self.earlier.n_rows_in

    @property
    def n_rows_out(self) -> int:
        """Rows of the resampled table."""
        return self._n_kept + len(self.label)

    @property
    def _n_kept(self) -> int:
        return len(self.target.codes) if self._keeps_all else len(self.keep)

    @property
    def _keeps_all(self) -> bool:
        return isinstance(self.keep, str)

    @property
    def kept_rows(self) -> np.ndarray:
        """Input rows that stay, as numbers also where `keep` is "all"."""
        if not isinstance(self.keep, str):
            return self.keep
        return np.arange(self._n_kept, dtype=id_type(self._n_kept))

    @property
    def _codes_out(self) -> np.ndarray:
        codes = self.target.codes
        return np.concatenate([codes if self._keeps_all else codes[self.keep], self.label])

    @property
    def _seeds_out(self) -> np.ndarray:
        """Row of this plan's own input that each output row starts from."""
        return np.concatenate([self.kept_rows, *[recipe.seed for recipe in self.made]])

    @property
    def labels(self) -> np.ndarray:
        """Label of each output row, shape (n_rows_out,)."""
        return self.target.classes[self._codes_out.astype(np.intp)]

    @property
    def counts(self) -> dict[str, dict[Any, int]]:
        """Rows of each class, under the keys "before" and "after".

        Their ratio is the prior shift that a model trained on the resampled rows has to be
        corrected for.
        """
        first = self.first
        before = dict(
            zip(first.target.classes.tolist(), first.target.counts().tolist(), strict=True)
        )
        here = np.bincount(self._codes_out.astype(np.intp), minlength=len(self.target.classes))
        after = dict.fromkeys(before, 0)
        after.update(zip(self.target.classes.tolist(), here.tolist(), strict=True))
        return {"before": before, "after": after}

    @property
    def sample_indices(self) -> np.ndarray:
        """Row of the input that each output row is, or starts from, -1 where nobody knows."""
        if self.earlier is None:
            return self._seeds_out.astype(np.intp)
        seeds = self._seeds_out
        return np.where(seeds < 0, -1, self.earlier.sample_indices[seeds])

    # -- building ------------------------------------------------------------------------------

    def apply(self, X: Any, out: np.ndarray | None = None) -> Any:
        """Build the resampled table.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows_in, n_columns)
            The table the plan was made for.
        out : ndarray of shape (n_rows_out, n_columns), default=None
            Where to write the resampled array, such as a ``numpy.memmap`` opened for writing, of
            the type of `X`. Memory maps are read and written piece by piece.

        Returns
        -------
        X_resampled : same container, shape (n_rows_out, n_columns)
            Kept rows bit for bit, then the new ones.

        Raises
        ------
        SamplerInputError
            When `X` has another number of rows than the plan, or `out` does not fit.
        """
        table = self._open(X)
        if isinstance(self.keep, str):
            return table.grow(None, self.made, out)
        if self.made or out is not None:
            return table.grow(self.keep, self.made, out)
        return table.take(self.keep)

    def batches(
        self, X: Any, size: int, *, random_state: RandomState = None
    ) -> Iterator[tuple[Any, np.ndarray]]:
        """Give the resampled table in shuffled batches, without ever building it.

        Meant for training loops: memory holds one batch. Every output row comes exactly once.

        Parameters
        ----------
        X : array-like, sparse matrix or dataframe of shape (n_rows_in, n_columns)
            The table the plan was made for; also a memory map.
        size : int
            Rows in a batch; the last one may have fewer.
        random_state : int, RandomState, Generator or None, default=None
            Source of chance; an integer gives the same order at every call.

        Yields
        ------
        X_batch : same container, shape (size, n_columns)
        y_batch : ndarray of shape (size,)
        """
        if size < 1:
            raise SamplerInputError(f"size must be at least 1, found {size}.")
        table = self._open(X)
        labels = self.labels
        order = generator(draw_entropy(random_state)).permutation(self.n_rows_out)
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            yield self._some_rows(table, rows), labels[rows]

    def _open(self, X: Any) -> Table:
        """Give the table that this stage reads, with the earlier stages done."""
        table = wrap(X if self.earlier is None else self.earlier.apply(X))
        self._check_length(table.n_rows, "the table")
        return table

    def _some_rows(self, table: Table, rows: np.ndarray) -> Any:
        """Build some output rows, in the order asked for."""
        order = np.argsort(rows, kind="stable")
        at = rows[order]
        n_kept = self._n_kept
        kept = at[at < n_kept]
        kept = kept if isinstance(self.keep, str) else self.keep[kept]
        made, start = [], n_kept
        for recipe in self.made:
            inside = at[(at >= start) & (at < start + len(recipe))] - start
            made.append(recipe.take(inside))
            start += len(recipe)
        return take_rows(table.grow(kept, made), np.argsort(order), renumber=True)

    def carry(self, values: Any) -> Any:
        """Move a value per input row to the output rows: weights, groups, labels, any metadata.

        Kept rows keep theirs; new rows take their seed's (for a cluster center, that of its first
        member). Only what all rows of a class share can follow rows of unknown origin.

        Parameters
        ----------
        values : array-like of length n_rows_in
            Array, list, Series, frame or sparse matrix.

        Returns
        -------
        carried : same container, length n_rows_out

        Warns
        -----
        MixedGroupsWarning
            When `values` are the groups and some new rows were made from rows of two groups: such
            rows must not be split by group later.
        """
        if not hasattr(values, "__len__") or isinstance(values, str | bytes | Mapping):
            raise SamplerInputError(
                f"carry needs a value for each of the {self.n_rows_in} input rows, found a "
                f"{type(values).__name__}."
            )
        self._warn_mixed_groups(values)
        return self._carry(values)

    def _carry(self, values: Any) -> Any:
        if self.earlier is not None:
            values = self.earlier._carry(values)
        self._check_length(values.shape[0] if hasattr(values, "shape") else len(values), "values")
        seeds = self._seeds_out
        if (seeds < 0).any():
            seeds = stand_ins(values, seeds, self.target.codes, self._codes_out)
        elif type(values) is np.ndarray:
            return self._carried(values)
        return take_rows(values, seeds, renumber=bool(self.made) or self._keeps_all)

    def _carried(self, values: np.ndarray) -> np.ndarray:
        out = np.empty((self.n_rows_out, *values.shape[1:]), values.dtype)
        at = self._n_kept
        if isinstance(self.keep, str):
            out[:at] = values
        else:
            gather(values, self.keep, out[:at])
        for recipe in self.made:
            gather(values, recipe.seed, out[at : at + len(recipe)])
            at += len(recipe)
        return out

    def _check_length(self, found: int, what: str) -> None:
        if found != len(self.target.codes):
            raise SamplerInputError(
                f"This plan is for {len(self.target.codes)} rows, but {what} has {found}. A plan "
                "can only be applied to the rows it was made for, in the same order."
            )

    def _warn_mixed_groups(self, values: Any) -> None:
        groups = self.first.groups
        if groups is None or not self.n_made:
            return
        if values is not groups and not np.array_equal(np.asarray(values), groups):
            return
        mixed = self.n_mixed_groups
        if mixed:
            warnings.warn(
                f"{mixed} of {self.n_made} new rows were made from rows of two groups and "
                "carry the group of their seed: do not split the resampled table by group. A "
                "sampler with partner_groups='same' makes new rows within groups only.",
                MixedGroupsWarning,
                stacklevel=3,
            )

    @property
    def n_mixed_groups(self) -> int:
        """Output rows made from rows of more than one group; 0 when no groups were given."""
        groups = self.first.groups
        return 0 if groups is None else count_mixed(self.parents(), groups)

    @property
    def n_made(self) -> int:
        """Output rows that are no rows of the input, kept as they were: copies and new ones."""
        if self.earlier is None:
            return len(self.label)
        return int(np.count_nonzero(self.provenance()["origin"] != "original"))

    @property
    def first(self) -> SamplingPlan:
        """The stage that reads the input; the plan itself where there is but one."""
        return self if self.earlier is None else self.earlier.first

    # -- what it did ---------------------------------------------------------------------------

    def operator(self) -> sparse.csr_array:
        """Give the plan as a sparse matrix R of shape (n_rows_out, n_rows_in): output = R @ X.

        Its rows say where each output row comes from; its column sums are the weights that the
        resampling implies for the input rows.

        Raises
        ------
        SamplerInputError
            When the plan is not linear: added noise, or cells taken by vote.
        """
        return self._matrix("shares")

    def parents(self) -> sparse.csr_array:
        """Say who contributed: 1 where an input row had a part in an output row."""
        matrix = self._matrix("links")
        matrix.data = np.ones_like(matrix.data)
        return matrix

    def _matrix(self, question: str) -> sparse.csr_array:
        n_rows = len(self.target.codes)
        kept = Copies(self.kept_rows).links(n_rows)
        parts = [kept, *[getattr(recipe, question)(n_rows) for recipe in self.made]]
        matrix = sparse.csr_array(sparse.vstack(parts, format="csr"))
        if self.earlier is not None:
            matrix = sparse.csr_array(matrix @ self.earlier._matrix(question))
        return matrix

    def provenance(self) -> np.ndarray:
        """Tell the origin of every output row.

        Returns
        -------
        provenance : structured ndarray of shape (n_rows_out,)
            Fields ``origin`` ("original", "copy", "synthetic", "prototype"), ``seed`` and
            ``partner`` (row numbers of the input, -1 where there is none), ``step`` (NaN where
            there is none) and ``label``. ``pandas.DataFrame`` takes it as it is. After several
            steps, ``seed`` and ``partner`` are traced back along the seeds; :meth:`parents` has
            all contributors.
        """
        own = provenance.of_stage(self.labels, self.kept_rows, self.made)
        if self.earlier is None:
            return own
        return provenance.traced_back(own, self.earlier.provenance())

    # -- composing -----------------------------------------------------------------------------

    def then(self, second: SamplingPlan) -> SamplingPlan:
        """Give the one plan that does this plan first and `second` on its output.

        When `second` only drops or copies rows, the two are merged into a single stage; otherwise
        the result remembers both.

        Parameters
        ----------
        second : SamplingPlan
            A plan for the output of this one.
        """
        if second.n_rows_in != self.n_rows_out:
            raise SamplerInputError(
                f"The second plan is for {second.n_rows_in} rows, but the first one gives "
                f"{self.n_rows_out}."
            )
        if second.earlier is not None:
            return replace(second, earlier=self.then(second.earlier))
        merged = self._merged(second)
        return replace(second, earlier=self) if merged is None else merged

    def _merged(self, second: SamplingPlan) -> SamplingPlan | None:
        """Give one stage for both plans, or None where only two stages can tell it."""
        if not all(is_plain_copy(recipe) for recipe in second.made):
            return None
        if self.made and second.made:
            return None
        if not self.made:
            rows = self.kept_rows
            keep = "all" if self._keeps_all and second._keeps_all else rows[second.kept_rows]
            made = tuple(recipe.renumber(rows) for recipe in second.made)
            return replace(self, keep=keep, made=made, label=self._code(second.label, second))
        chosen = second.kept_rows
        is_made = chosen >= self._n_kept
        if is_made.any() and not is_made[int(np.argmax(is_made)) :].all():
            return None  # new rows before kept ones: the order needs a stage of its own
        some: list[Recipe] = []
        start = self._n_kept
        for recipe in self.made:
            inside = (chosen >= start) & (chosen < start + len(recipe))
            some.append(recipe.take(chosen[inside] - start))
            start += len(recipe)
        if len(some) > 1 and (np.diff(chosen[is_made]) < 0).any():
            return None
        label = self.label[chosen[is_made] - self._n_kept]
        return replace(self, keep=self.kept_rows[chosen[~is_made]], made=tuple(some), label=label)

    def _code(self, label: np.ndarray, other: SamplingPlan) -> np.ndarray:
        """Translate another plan's class codes into this one's."""
        ranks = np.searchsorted(self.target.classes, other.target.classes)
        return ranks[np.asarray(label, dtype=np.intp)]

    # -- keeping -------------------------------------------------------------------------------

    def anonymized(self) -> PlanSummary:
        """Drop row numbers, groups and weights; keep the counts that describe the prior shift."""
        return PlanSummary(self.n_rows_in, self.n_rows_out, self.counts)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the plan to an ``.npz`` file, without pickle."""
        storage.save(path, self)

    @staticmethod
    def load(path: str | PathLike[str]) -> SamplingPlan:
        """Read a plan written by :meth:`save`; applied again, it gives the same bits."""
        return storage.load(path, SamplingPlan)

    def __repr__(self) -> str:
        made = sum(len(recipe) for recipe in self.made)
        kept = f"kept {self._n_kept} of {len(self.target.codes)}"
        steps = "" if self.earlier is None else " after an earlier step"
        return f"SamplingPlan({kept}{steps}, made {made}: {arrows(self.counts)})"
