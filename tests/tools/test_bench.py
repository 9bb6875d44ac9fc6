"""The programs that the benchmark runs are text: what they import must be there."""

from __future__ import annotations

import ast
from importlib import import_module

import pytest

from tools.bench.speed import PROGRAM, TEN_TIMES


@pytest.mark.parametrize("text", [PROGRAM, TEN_TIMES], ids=["as it is", "ten times the services"])
def test_a_program_imports_what_there_is(text: str) -> None:
    taken = [
        getattr(import_module(node.module or ""), alias.name)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    assert taken
    assert callable(taken[0]), "the first is what builds a stack"
