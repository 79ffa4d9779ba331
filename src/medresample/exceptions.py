"""What can go wrong, in the user's words: the errors and warnings of medresample."""

__all__ = [
    "ApproximateCorrectionWarning",
    "CollapsedCentersWarning",
    "ColumnTypeError",
    "FallbackWarning",
    "FewNeighborsWarning",
    "MissingExtraError",
    "MixedGroupsWarning",
    "NothingToDoWarning",
    "RepeatedMembersWarning",
    "SamplerInputError",
    "ScaleWarning",
    "SilentMembersWarning",
    "TooFewRowsError",
    "UnreliableCalibrationWarning",
]


class SamplerInputError(ValueError):
    """A table, target or per-row argument that a sampler can not work with."""


class ColumnTypeError(SamplerInputError, TypeError):
    """A column holds words, dates or objects, and the sampler computes with numbers."""


class TooFewRowsError(SamplerInputError):
    """A class has too few rows for what the sampler was asked to do."""


class MissingExtraError(ImportError):
    """A part of medresample was used whose optional packages are not installed."""


class NothingToDoWarning(UserWarning):
    """The classes already have the counts asked for, so no row was added or dropped."""


class FewNeighborsWarning(UserWarning):
    """A class, or a patient's share of it, is too small for the number of neighbors asked for."""


class FallbackWarning(UserWarning):
    """A rule found nothing, or would have left nothing: the plainer thing named was done."""


class ScaleWarning(UserWarning):
    """Columns are on such different scales that one of them alone decides who is a neighbor."""


class MixedGroupsWarning(UserWarning):
    """New rows were made from rows of two groups, so a later split by group would leak."""


class CollapsedCentersWarning(UserWarning):
    """Centers of clusters have fallen into one place, so that they tell no rows apart."""


class SilentMembersWarning(UserWarning):
    """Members of an ensemble tell no rows apart, not even those that they were fitted on."""


class RepeatedMembersWarning(UserWarning):
    """Members of an ensemble were given the same rows, so that they add little to one another."""


class ApproximateCorrectionWarning(UserWarning):
    """More than the prior was changed, so that correcting for it undoes a part of the effect."""


class UnreliableCalibrationWarning(UserWarning):
    """A calibration map falls, or it or an estimated prior rests on too little."""


class UndefinedScoreWarning(UserWarning):
    """A score has no value on the rows given, and is NaN: the message says what it would need."""
