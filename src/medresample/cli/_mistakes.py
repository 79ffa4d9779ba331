"""What if something went wrong? One line on stderr, and an exit code that says what it was."""

from __future__ import annotations

import contextlib
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from medresample.cli._voice import Voice

# Exit codes. What was asked for is wrong, or can not be read or written:
WRONG = 2
# It ran, and something in it failed:
FAILED = 1
# As shells say it of a program that Ctrl-C ended:
INTERRUPTED = 130
# Errors of the user's making; of the operating system's see ``_os_words``.
_MISTAKES = (ValueError, TypeError, ImportError)


@contextlib.contextmanager
def one_line_errors(
    quiet: bool = False, verbose: bool = False, interrupted: str = ""
) -> Iterator[Voice]:
    """Warnings and errors in one line each, as far as they are wanted; gives the voice for more.

    ``interrupted`` is what to know after Ctrl-C.
    """
    if quiet and verbose:
        fail("--quiet and --verbose exclude one another.")

    def show(message: Warning | str, *rest: Any, **named: Any) -> None:
        sys.stderr.write(f"Warning: {_in_one_line(message)}\n")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not quiet:
            warnings.simplefilter("always" if verbose else "default", UserWarning)
        warnings.showwarning = show
        try:
            yield Voice(quiet, verbose)
        except KeyboardInterrupt:
            sys.stderr.write(f"Interrupted. {interrupted}".rstrip() + "\n")
            raise SystemExit(INTERRUPTED) from None
        except BrokenPipeError:  # whoever reads stdout has read enough
            raise
        except Exception as error:
            if verbose:
                traceback.print_exc()
            fail(*_verdict(error))


def _verdict(error: Exception) -> tuple[str, int]:
    """What to say of an error, and the exit code."""
    if isinstance(error, OSError):
        return _os_words(error), WRONG
    words = _in_one_line(error) or type(error).__name__
    if isinstance(error, _MISTAKES):
        return words, WRONG
    if isinstance(error, MemoryError):
        return f"not enough memory ({words})", FAILED
    return f"{type(error).__name__}: {words} (--verbose says where)", FAILED


def _in_one_line(text: object) -> str:
    return " ".join(str(text).split())


def _os_words(error: OSError) -> str:
    what = error.strerror or _in_one_line(error) or type(error).__name__
    return what if error.filename is None else f"{error.filename}: {what}"


def fail(words: str, code: int = WRONG) -> NoReturn:
    """Say in one line what is wrong, and leave."""
    sys.stderr.write(f"Error: {words}\n")
    raise SystemExit(code)


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
        known = " or ".join([", ".join(endings[:-1]), endings[-1]] if endings[1:] else endings)
        raise ValueError(f"{path}: the name must end in {known}.")
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
