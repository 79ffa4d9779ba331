"""Only one file knows private parts of other libraries, so an upgrade breaks in one place."""

import ast
from pathlib import Path

import pytest

import medresample

PACKAGE = Path(medresample.__file__).parent
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "_compat.py")


def private_imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names = [*node.module.split("."), *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [part for alias in node.names for part in alias.name.split(".")]
        else:
            continue
        if names[0] not in ("medresample", "__future__") and any(
            name.startswith("_") for name in names
        ):
            yield ".".join(names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_private_names_of_other_libraries_are_imported_by_compat_alone(path):
    assert list(private_imports(path)) == []


def test_the_one_file_does_import_them():
    assert list(private_imports(PACKAGE / "_compat.py"))
