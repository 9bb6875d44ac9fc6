"""Every field that somebody fills in says what it is: in the settings, and in the specs of the components."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline.engine.home import PROJECT

MODULES = sorted([*(PROJECT / "components").glob("*/spec.py"), *(PROJECT / "stacks" / "settings").glob("*.py")])


def undescribed(module: Path) -> Iterator[str]:
    """Each field of a class that no docstring follows."""
    for each in ast.walk(ast.parse(module.read_text())):
        if not isinstance(each, ast.ClassDef) or each.name.startswith("_"):
            continue
        for statement, following in zip(each.body, [*each.body[1:], None], strict=True):
            match statement, following:
                case ast.AnnAssign(), ast.Expr(value=ast.Constant(value=str())):
                    pass
                case ast.AnnAssign(target=ast.Name(id=name)), _:
                    yield f"{each.name}.{name}"
                case _:
                    pass


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_field_has_a_docstring(module: Path) -> None:
    assert list(undescribed(module)) == []
