"""`medresample compare` and `medresample resample`: parses, calls, prints."""

from __future__ import annotations

import sys
from importlib.util import find_spec

EXTRA = ("pandas", "matplotlib", "jinja2", "typer", "rich", "pyarrow")


def main() -> None:
    """Run the command line; without the extra 'report' say so in one line and exit with 2."""
    if not all(find_spec(name) for name in EXTRA):
        command = next((arg for arg in sys.argv[1:] if not arg.startswith("-")), "")
        what = f"medresample {command}".strip()
        sys.stderr.write(f"{what} needs the extra 'report': pip install \"medresample[report]\"\n")
        raise SystemExit(2)
    from medresample.cli._application import application

    application()()
