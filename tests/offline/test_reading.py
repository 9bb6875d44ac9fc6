"""What is read from the source of the behaviours."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

from offline.azure.behaviour import Behaviour, Request
from offline.azure.errors import ArmError
from offline.azure.reading import Site, Verb, computed, refusals
from offline.azure.services.every import BEHAVIOURS
from tools.coverage_page import sites

AZURE = Path(inspect.getfile(ArmError)).parent
FROM_THE_CLASS = {"taken", "misnamed", "blocked_by_use", "blocked_by_children", "immutable_codes", "missing_references"}
"""Attributes of a behaviour that hold codes."""


def module_of(file: Path) -> str:
    return ".".join(("offline", "azure", *file.relative_to(AZURE).with_suffix("").parts))


def test_no_refusal_is_missed_by_the_reading() -> None:
    """Every call of ArmError stands in a place that the page knows, or words the refusals of others."""
    seen = {site.place for found in sites().values() for site in found}
    missed = []
    for file in sorted(AZURE.rglob("*.py")):
        tree = ast.parse(file.read_text())
        wording = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "ArmError"
        ]
        excused = {id(call) for function in wording for call in ast.walk(function)}
        for node in ast.walk(tree):
            made = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ArmError"
            place = f"{module_of(file)}:{getattr(node, 'lineno', 0)}"
            if made and id(node) not in excused and place not in seen:
                missed.append(place)
    # An exclusive parent's refusal stands in the provider; the page takes it from the table of parents.
    assert [each.partition(":")[0] for each in missed] == ["offline.azure.provider"]


def test_what_a_code_is_read_as_is_known_unless_the_class_says_it() -> None:
    for word, found in sites().items():
        for site in (each for each in found if not each.code):
            module, _, line = site.place.partition(":")
            text = Path(inspect.getfile(import_module(module))).read_text().splitlines()
            near = "\n".join(text[int(line) - 6 : int(line)])
            assert any(each in near for each in FROM_THE_CLASS), f"{word}: {site.place}"


class Sample(Behaviour):
    """Every way of refusing that the reading follows."""

    words = ("Conflict", "message")

    def refusals(self, request: Request) -> Any:
        if request.old is None:
            yield ArmError("ScopeLocked", "m", "a")
        else:
            yield ArmError("ResourceNotFound", "m", "a")
        for _ in [1] if request.old else []:
            yield ArmError("BadRequest", "m", "a")
        code, message = "Forbidden", "m"
        yield ArmError(code, message, "a")
        yield from self._more()
        code, message = self.words
        yield ArmError(code, message, "a")

    @staticmethod
    def _more() -> Any:
        yield _worded("InvalidParameter")
        yield from Sample._more()

    def delete_refusals(self, request: Request) -> Any:
        yield ArmError("CannotDeleteResource", "m", "a")

    def computed(self, request: Request) -> Any:
        return {"one": 1, "__hidden": 2}


def _worded(_: str) -> ArmError:
    return ArmError("InvalidParameter", "m", "a")


def test_reading_tells_verbs_apart() -> None:
    found = {(site.code, site.verb) for site in refusals(Sample())}
    assert found >= {
        ("ScopeLocked", Verb.CREATE),
        ("ResourceNotFound", Verb.UPDATE),
        ("BadRequest", Verb.UPDATE),
        ("Forbidden", Verb.BOTH),
        ("CannotDeleteResource", Verb.DELETE),
    }
    assert ("", Verb.BOTH) in found
    assert computed(Sample()) == ["one"]
    assert refusals(Behaviour()) == []


def test_sites_are_counted_once() -> None:
    assert Site("a", Verb.BOTH, "b:1") == Site("a", Verb.BOTH, "b:1")
    assert len({each.place for each in refusals(BEHAVIOURS["azure-native:network:VirtualNetwork"])}) > 4
