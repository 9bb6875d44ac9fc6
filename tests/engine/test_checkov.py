"""checkov over the ARM templates of all four stacks: nothing is found that nobody has answered, and every check looks
at what is rendered. One scan for all cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from offline.arm.stack import Rendered, rendered, write
from offline.arm.templates import Template
from offline.engine.home import Home
from offline.engine.run import Engine
from stacks.parts.aks.controls import CONTROLS
from stacks.plan.load import PROJECT
from stacks.settings.loading import from_file
from tests.engine.conftest import saved_world
from tests.engine.plants import CURES, FAULTS, PARAMETER, UNREAD, planted
from tools.scan_templates import Result, Scan, scan
from tools.verdicts import TEMPLATES, objections, verdicts

WORLDS: Mapping[str, tuple[str, ...]] = {
    "shared": ("shared",),
    "dev": ("shared", "dev"),
    "staging": ("shared", "staging"),
    "prod": ("shared", "prod"),
}
"""By stack: the saved world that it is read from, one that other modules bring up anyway."""

PLANTED = "planted"
FROM = ("prod", "shared")
"""Where the resources to plant in are looked for: in the strictest stacks first."""


@dataclass(frozen=True)
class Scanned:
    """The templates, and what checkov says of them and of those with a plant."""

    stacks: Mapping[str, Rendered]
    plants: Mapping[tuple[str, str], Result]
    """By type and check: the resource that was changed, as it is without the change."""
    result: Scan

    def failed(self, stack: str) -> list[Result]:
        """What fails in a stack."""
        return [each for each in self.result.failed if each.file.startswith(f"{stack}/")]

    def of_plant(self, key: tuple[str, str]) -> tuple[bool, bool]:
        """Whether a check fails, and whether it passes, on the resource with its plant."""
        file = _file(key)
        failed = any(each.check == key[1] and each.file == file for each in self.result.failed)
        return failed, any(each.check == key[1] and each.file == file for each in self.result.passed)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory, saved_worlds: Path) -> Scanned:
    """All stacks and all plants, scanned together."""
    folder = tmp_path_factory.mktemp("templates")
    stacks = {
        # Read where it lies: a copy to run an engine in would cost more.
        stack: rendered(Engine(Home(saved_world(saved_worlds, world))), stack)
        for stack, world in WORLDS.items()
    }
    for stack, each in stacks.items():
        write(each, folder / stack)
    (folder / PLANTED).mkdir()
    plants: dict[tuple[str, str], Result] = {}
    for key, change in {**FAULTS, **CURES}.items():
        kind, check = key
        file, name, template = _of_type(stacks, kind)
        plants[key] = Result(check, file, "parameter" if kind == PARAMETER else kind, name)
        if kind == PARAMETER:
            made = {**template, "parameters": {name: planted(template["parameters"][name], change)}, "resources": []}
        else:
            resource = next(each for each in template["resources"] if (each["type"], each["name"]) == (kind, name))
            made = {**template, "resources": [planted(resource, change)]}
        (folder / _file(key)).write_text(json.dumps(made))
    return Scanned(stacks, plants, scan(folder))


def _of_type(stacks: Mapping[str, Rendered], kind: str) -> tuple[str, str, Template]:
    """The first resource of a type in the strictest stack that has one: its file, its name, its template."""
    for stack in FROM:
        for file, template in stacks[stack].templates.items():
            names = template["parameters"] if kind == PARAMETER else ()
            names = names or [each["name"] for each in template["resources"] if each["type"] == kind]
            if names:
                return f"{stack}/{file}", next(iter(names)), template
    raise AssertionError(f"no {kind} in {FROM}")


def _file(key: tuple[str, str]) -> str:
    return f"{PLANTED}/{key[0].replace('/', '-')}-{key[1]}.json"


def test_checkov_reads_every_template(scanned: Scanned) -> None:
    assert not scanned.result.unreadable
    files = {f"{stack}/{file}" for stack, each in scanned.stacks.items() for file in each.templates}
    assert len(files) > 20
    seen = {each.file for each in scanned.result.failed | scanned.result.passed}
    # The templates of a subscription hold groups only, and those of another stack's groups role assignments only.
    assert {each for each in files if "-core-" in each or "-app-" in each} <= seen


@pytest.mark.requirement("S3-143")
def test_every_finding_is_answered_and_no_answer_is_stale(scanned: Scanned) -> None:
    failed = {stack: scanned.failed(stack) for stack in WORLDS}
    waived = {stack: from_file(stack, PROJECT).waivers for stack in WORLDS}
    assert not list(objections(verdicts(TEMPLATES), failed, waived))


def test_the_table_names_controls_that_exist() -> None:
    assert {row.control for row in verdicts(TEMPLATES) if row.control} <= {each.number for each in CONTROLS}


def test_every_check_of_our_types_has_a_plant_or_a_reason(scanned: Scanned) -> None:
    types = {
        row["type"].lower()
        for each in scanned.stacks.values()
        for t in each.templates.values()
        for row in t["resources"]
    }
    known = {key for key in scanned.result.checks if key[0].lower() in types | {PARAMETER.lower()}}
    assert known == FAULTS.keys() | CURES.keys() | UNREAD.keys()


@pytest.mark.requirement("S3-143")
@pytest.mark.parametrize("key", FAULTS, ids=" ".join)
def test_a_fault_is_found(key: tuple[str, str], scanned: Scanned) -> None:
    assert scanned.plants[key] not in scanned.result.failed, "it fails without the fault"
    assert scanned.of_plant(key) == (True, False)


@pytest.mark.parametrize("key", CURES, ids=" ".join)
def test_what_always_fails_passes_with_its_cure(key: tuple[str, str], scanned: Scanned) -> None:
    assert scanned.plants[key] in scanned.result.failed, "it passes without the cure: plant a fault"
    assert scanned.of_plant(key) == (False, True)
