"""Making a plan: every problem at once, and a plan that is whole whatever the catalogue needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from stacks.catalogue.model import Catalogue
from stacks.parts.all import parts_of
from stacks.parts.contract.plan import READ_CONTRACT
from stacks.parts.cosmos.plan import COSMOS
from stacks.parts.identity.plan import IDENTITIES
from stacks.parts.part import Part
from stacks.parts.postgresql.plan import MIGRATOR
from stacks.parts.registry.plan import KUBELET, REGISTRY
from stacks.plan.model import StackPlan
from tests.harness.settings import STACKS, edited_plan, every_stack, migrate, plan, problems, waived
from tests.platform.catalogue import CATALOGUE

NOBODY: Catalogue = replace(CATALOGUE, services=tuple(replace(each, needs=()) for each in CATALOGUE))


def test_every_problem_of_a_file_comes_at_once(folder: Path) -> None:
    """From several parts, from what spans parts, and from the catalogue."""
    changes = {
        "aks.version": "1.20",
        "network.subnets.bastion": "10.0.7.0/26",
        "people.readers": "00000000-0000-4000-8000-00000000a001",
        "adopt.moon/core": "/x",
        "waivers.other-rule": waived(),
        "services.ghost": {},
    }
    found = problems(folder, "dev", changes)
    assert sorted(each.path.partition("mystira:")[2] for each in found) == sorted(
        [
            "aks.version",
            "network.subnets.bastion",
            "people.readers",
            "adopt.moon/core",
            "waivers.other-rule",
            "services.ghost",
        ]
    )
    assert list(found) == sorted(found)


def test_a_catalogue_without_needs_is_planned() -> None:
    found = plan("dev", catalogue=NOBODY)
    assert {each.consumer for each in found.paths} == {MIGRATOR, KUBELET, "nodes", "pods"}
    assert {each.service for each in found.of(IDENTITIES)} == {service.key for service in NOBODY if service.workload}


def test_what_the_settings_remove_nobody_needs_any_more(folder: Path) -> None:
    """Neither its plan nor a role, a path or a secret of a need for it is left."""
    migrate(folder)
    changes = {"cosmos.lifecycle": "removed", "cosmos.export_container": "archives"}
    found = edited_plan(folder, "prod", changes)
    assert found.get(COSMOS) is None
    with pytest.raises(KeyError):
        found.of(COSMOS)
    assert not [each for each in found.paths if each.target == "cosmos"]
    assert not [each for each in found.grants if each.scope.startswith("cosmos")]


@every_stack
def test_a_plan_has_the_parts_of_its_environment(stack: str, plans: Mapping[str, StackPlan]) -> None:
    known = {part.key for part in parts_of(stack)}
    assert plans[stack].parts.keys() <= known


@pytest.mark.parametrize("stack", STACKS)
def test_keys_of_parts_are_unique(stack: str) -> None:
    keys = [part.key for part in parts_of(stack)]
    assert len(keys) == len(set(keys))
    assert all(isinstance(part, Part) for part in parts_of(stack))


def test_a_plan_says_which_part_it_does_not_have(plans: Mapping[str, StackPlan]) -> None:
    assert plans["dev"].of(READ_CONTRACT) == "shared"
    assert plans["dev"].get(REGISTRY) is None


def test_ends_of_life_and_what_parts_notice_come_together() -> None:
    assert [each.subject for each in plan("dev", today=date(2026, 10, 1)).notices] == []
    later = plan("dev", today=date(2027, 5, 25)).notices
    assert {each.subject for each in later} >= {"kubernetes 1.36", "Pulumi.dev.yaml: mystira:secrets.expires_on"}
    assert all(each.text and date.fromisoformat(each.due) for each in later)
