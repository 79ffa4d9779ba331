"""How does a comparison become a page? Its parts, filled into templates."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medresample._core.extras import load_extra
from medresample.compare._notes import failures, replacing
from medresample.compare._words import findings
from medresample.compare.report import _figures, _guidelines, _tables
from medresample.compare.report._in_short import in_short

if TYPE_CHECKING:
    from medresample.compare._result import ComparisonResult

_ROOM = "medresample.compare.report"


def write_report(result: ComparisonResult, path: str | Path) -> Path:
    """Fill the templates with everything the result holds and write the page."""
    path = Path(path)
    path.write_text(report_html(result), encoding="utf-8")
    return path


def report_html(result: ComparisonResult) -> str:
    """The report as text.

    The page may run the one script that it brings, known by its hash, and nothing else: not even
    a text of the data that came through unescaped.
    """
    jinja2 = load_extra("jinja2", "report")
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_read),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = _read("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    return environment.get_template("page.html.j2").render(
        style=_as_it_is(_read("page.css")),
        script=_as_it_is(script),
        digest=digest,
        **_parts(result),
    )


def _parts(result: ComparisonResult) -> dict[str, Any]:
    """What the templates show."""
    has_external = result.external_ is not None
    return {
        "data": result.data_,
        "settings": result.settings_,
        "n_methods": len(result.samplers),
        "is_binary": len(result.classes) == 1,
        "in_short": {name: in_short(result, name) for name in result.estimators},
        "findings": findings(result),
        "failures": failures(result),
        "replacing": replacing(result),
        "classes": _tables.classes(result),
        "forests": _figures.forests(result),
        "main": _tables.main_table(result),
        "external": _tables.main_table(result, external=True) if has_external else None,
        "class_scores": _tables.class_scores(result),
        "sections": _figures.sections(result),
        "work": _figures.work_figures(result),
        "counts": _tables.counts(result),
        "details": _tables.details(result),
        "answers": _guidelines.answers(result),
        "sources": _guidelines.SOURCES,
    }


def _read(name: str) -> str:
    return resources.files(_ROOM).joinpath(name).read_text("utf-8")


def _as_it_is(text: str) -> Any:
    """Text of our own files, which must not be escaped."""
    return load_extra("markupsafe", "report").Markup(text)
