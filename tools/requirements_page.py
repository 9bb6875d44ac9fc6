"""docs/requirements.md: every requirement of the roadmaps, the answered ones with the tests that carry their ids."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from stacks.pages.markdown import page, table

PROJECT = Path(__file__).resolve().parents[1]

STATES: Mapping[str, str] = {
    "partly": "Partly built",
    "open": "Not built yet",
    "process": "Documents and processes",
    "application": "Applications, in their own repositories",
}
"""States of what is not answered, in the order of the page, with their headings."""

INTRODUCTION = """\
The roadmaps of the platform make {all} requirements; `docs/requirements.toml` lists them. {answered} are answered: the
tests that carry an id (`@pytest.mark.requirement`) fail when its sentence is untrue, and `make mutants` breaks each
to see that they do. {narrow} of them are answered as far as the sentence goes; what is still open is named. The other
{rest} follow by their state.
"""


def register() -> dict[str, Any]:
    """``docs/requirements.toml``."""
    return tomllib.loads((PROJECT / "docs/requirements.toml").read_text())


@cache
def proofs() -> dict[str, list[str]]:
    """The tests that carry each id, as pytest names them."""
    found: dict[str, list[str]] = {}
    for file in sorted((PROJECT / "tests").rglob("test_*.py")):
        # Tests are functions of a module: what is inside them need not be walked.
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                for id in _requirements(node):
                    found.setdefault(id, []).append(f"{file.relative_to(PROJECT)}::{node.name}")
    return found


def requirements_page() -> str:
    """The whole page. An id that a test carries and the list lacks is shown as such."""
    listed, tests = register(), proofs()
    answered, still_open, rest = listed["answered"], listed["still_open"], listed["not_answered"]
    counts = {
        "all": len(answered) + len(rest),
        "answered": len(answered),
        "narrow": len(still_open),
        "rest": len(rest),
    }
    ids = (*answered, *sorted(set(tests) - set(answered)))
    rows = (
        (
            id,
            answered.get(id, "not in docs/requirements.toml"),
            still_open.get(id, ""),
            "<br>".join(f"`{each.removeprefix('tests/')}`" for each in tests.get(id, ())),
        )
        for id in ids
    )
    return page(
        "Requirements",
        INTRODUCTION.format(**counts),
        "## Answered\n\n" + table(("id", "answer", "still open", "proven by"), rows),
        *(_section(heading, state, rest) for state, heading in STATES.items()),
    )


def _section(heading: str, state: str, rest: Mapping[str, Mapping[str, str]]) -> str:
    rows: Iterable[tuple[str, ...]] = (
        (id, each["asks"], each.get("waits_for", "")) for id, each in rest.items() if each["state"] == state
    )
    return f"## {heading}\n\n" + table(("id", "asks for", "waits for; what is there"), rows)


def _requirements(function: ast.FunctionDef) -> Iterator[str]:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.requirement":
            yield from (str(each.value) for each in decorator.args if isinstance(each, ast.Constant))
