"""Is it the same as last time? One hash of the content of data, settings and estimators."""

from __future__ import annotations

import hashlib
import sys
import types
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

import joblib
import numpy as np
from sklearn.base import BaseEstimator

# Bytes of an array looked at together.
TOGETHER = 2**24
# What ``clone`` keeps of an estimator beside its parameters: set_output and metadata routing.
_CLONED = ("_sklearn_output_config", "_metadata_request")


def fingerprint(*things: Any) -> str:
    """Give a hash of the content of things: equal for equal content, in every process.

    Arrays, data frames, numbers, words, mappings, sequences, estimators (their class, their
    parameters and the version of their package), dataclasses, functions and generators of random
    numbers are looked into; of anything else it is the hash of its pickle. What a function calls,
    and the code of a class, are not looked into.

    Raises
    ------
    TypeError
        For what can not be looked into.
    """
    digest = hashlib.blake2b(digest_size=16)
    for thing in things:
        try:
            _add(digest, thing)
        except RecursionError as error:
            raise _refusal(thing, "it holds itself") from error
    return digest.hexdigest()


def _add(digest: Any, thing: Any) -> None:
    """Add a thing to a hash, its kind first, so that no two kinds are mistaken for one another."""
    if isinstance(thing, np.generic):
        thing = thing.item()
    kind = np.ndarray if isinstance(thing, np.ndarray) else type(thing)  # a memory map is an array
    digest.update(f"<{kind.__module__}.{kind.__qualname__}>".encode())
    if thing is None or isinstance(thing, bool | int | float | complex | str | bytes):
        digest.update(repr(thing).encode())
    elif isinstance(thing, np.ma.MaskedArray):
        _add(digest, [thing.data, np.ma.getmaskarray(thing)])
    elif isinstance(thing, np.ndarray):
        _add_array(digest, thing)
    elif not isinstance(thing, type) and hasattr(thing, "memory_usage"):  # of pandas
        _add_labeled(digest, thing)
    elif isinstance(thing, Mapping):
        digest.update(str(len(thing)).encode())
        pairs = [(fingerprint(key), key, value) for key, value in thing.items()]
        for _, key, value in sorted(pairs, key=lambda pair: pair[0]):
            _add(digest, key)
            _add(digest, value)
    elif isinstance(thing, Set):
        digest.update("".join(sorted(map(fingerprint, thing))).encode())
    elif isinstance(thing, Sequence):
        digest.update(str(len(thing)).encode())
        for part in thing:
            _add(digest, part)
    else:
        _add_object(digest, thing)


def _add_array(digest: Any, array: np.ndarray) -> None:
    digest.update(f"{array.dtype!r}{array.shape}".encode())
    if array.dtype.hasobject:
        _add(digest, array.ravel().tolist())
        return
    rows = array.reshape(1, -1) if array.ndim < 2 else array
    size = max(1, TOGETHER // max(1, rows[:1].nbytes))
    for at in range(0, len(rows), size):
        digest.update(rows[at : at + size].tobytes())


def _add_labeled(digest: Any, table: Any) -> None:
    if getattr(table, "ndim", 1) == 2:
        _add(digest, [repr(column) for column in table.columns])
        for place in range(table.shape[1]):
            _add_labeled(digest, table.iloc[:, place])
        return
    digest.update(f"{table.dtype}{len(table)}".encode())
    if hasattr(table.dtype, "categories"):
        _add_labeled(digest, table.dtype.categories)
        _add(digest, table.dtype.ordered)
    values = table.to_numpy()
    if values.dtype.hasobject:  # repr escapes what stands between them
        digest.update("\n".join(map(repr, values)).encode("utf-8", "backslashreplace"))
    else:
        _add_array(digest, values)


def _add_object(digest: Any, thing: Any) -> None:
    if hasattr(thing, "get_params") and not isinstance(thing, type):
        _add_estimator(digest, thing)
    elif is_dataclass(thing) and not isinstance(thing, type):
        _add(digest, {field.name: getattr(thing, field.name) for field in fields(thing)})
    elif isinstance(thing, partial):
        _add(digest, [thing.func, thing.args, thing.keywords])
    elif isinstance(thing, types.FunctionType):
        _add(digest, [thing.__module__, thing.__qualname__, thing.__code__])
        held = [cell.cell_contents for cell in thing.__closure__ or ()]
        _add(digest, [thing.__defaults__, thing.__kwdefaults__, held])
    elif isinstance(thing, types.CodeType):
        _add(digest, [thing.co_code, thing.co_names, thing.co_consts])
    elif isinstance(thing, type | types.BuiltinFunctionType | np.ufunc):
        name = getattr(thing, "__qualname__", thing.__name__)
        digest.update(f"{getattr(thing, '__module__', '')}.{name}".encode())
    elif isinstance(thing, np.random.Generator):
        _add(digest, thing.bit_generator.state)
    elif isinstance(thing, np.random.RandomState):
        _add(digest, thing.get_state(legacy=False))
    elif isinstance(thing, np.random.SeedSequence):
        _add(digest, [thing.entropy, list(thing.spawn_key)])
    else:
        _add_pickle(digest, thing)


def _add_estimator(digest: Any, estimator: Any) -> None:
    """Add what ``clone`` keeps: parameters as a rule, everything where a class says so itself."""
    package = sys.modules.get(type(estimator).__module__.partition(".")[0])
    digest.update(str(getattr(package, "__version__", "")).encode())
    plain = BaseEstimator.__sklearn_clone__
    if getattr(type(estimator), "__sklearn_clone__", plain) is not plain:  # fitted, and kept so
        _add_pickle(digest, estimator)
        return
    _add(digest, estimator.get_params(deep=False))
    kept = getattr(estimator, "__dict__", {})
    _add(digest, {name: kept[name] for name in _CLONED if name in kept})


def _add_pickle(digest: Any, thing: Any) -> None:
    try:
        digest.update(joblib.hash(thing).encode())
    except RecursionError:
        raise
    except Exception as error:
        raise _refusal(thing, str(error)) from error


def _refusal(thing: Any, why: str) -> TypeError:
    return TypeError(
        f"store= keeps results by the content of all that they depend on, and a "
        f"{type(thing).__module__}.{type(thing).__qualname__} can not be looked into "
        f"({why}). Compare without store=, or replace it."
    )
