"""What if something was typed wrong? One line on stderr and exit code 2, before any work."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


@contextlib.contextmanager
def one_line_errors() -> Iterator[None]:
    """Warnings and errors of the user's making in one line each; errors exit with 2."""

    def show(message: Warning | str, *rest: Any, **named: Any) -> None:
        sys.stderr.write(f"Warning: {' '.join(str(message).split())}\n")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("default", UserWarning)
        warnings.showwarning = show
        try:
            yield
        except OSError as error:
            _fail(_os_words(error))
        except (ValueError, TypeError, ImportError, MemoryError) as error:
            _fail(" ".join(str(error).split()) or type(error).__name__)


def _os_words(error: OSError) -> str:
    what = error.strerror or str(error) or type(error).__name__
    return what if error.filename is None else f"{error.filename}: {what}"


def _fail(words: str) -> None:
    sys.stderr.write(f"Error: {words}\n")
    raise SystemExit(2)


def known_names(text: str, noun: str, known: Mapping[str, Any], one: bool = False) -> list[str]:
    """Names of a comma-separated list, each of them known."""
    from medresample.datasets._hints import nearest

    names = [text] if one else listed(text)
    if not names:
        raise ValueError(f"No {noun} was named. There are: {', '.join(known)}.")
    for name in names:
        if name not in known:
            raise ValueError(f"Unknown {noun} {name!r}.{nearest(name, list(known))}")
    return list(dict.fromkeys(names))


def listed(text: str) -> list[str]:
    """The parts of a comma-separated list."""
    return [part.strip() for part in text.split(",") if part.strip()]


def check_output(path: Path, endings: tuple[str, ...]) -> None:
    """Find out before the work starts, not after it, that the result can not be written."""
    if path.suffix.lower() not in endings:
        raise ValueError(f"{path}: the name must end in {' or '.join(endings)}.")
    if not path.parent.is_dir():
        raise ValueError(f"{path}: the folder {path.parent} does not exist.")
    if path.is_dir():
        raise ValueError(f"{path} is a folder.")
    existed = path.exists()
    with path.open("ab"):
        pass
    if not existed:
        path.unlink()


def refuse_same_file(**paths: Path | None) -> None:
    """Refuse to write over what is read, or over what was just written."""
    given = [(name, path) for name, path in paths.items() if path is not None]
    for i, (name, path) in enumerate(given):
        for other, before in given[:i]:
            if _same_file(before, path):
                raise ValueError(
                    f"{other} and {name} are the same file ({path}): give {name} a name of its own."
                )


def _same_file(first: Path, second: Path) -> bool:
    if first.exists() and second.exists():
        return first.samefile(second)
    return first.resolve() == second.resolve()
