"""Roles that settings ask for: known, at something they are made for, and nothing wider than a resource."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from components.facts.roles import known_role
from stacks.plan.model import StackPlan
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import STACKS, edited_plan, every_stack

ENTRY = {
    "principal_id": "00000000-0000-4000-8000-0000000000aa",
    "principal_type": "User",
    "role": "cluster-user",
    "scope": "cluster",
}


def entry(**changes: str) -> dict[str, dict[str, str]]:
    """The setting with one entry that is good but for these changes."""
    return {"access": {"guest": {**ENTRY, **changes}}}


ROLE, SCOPE = "access.guest.role", "access.guest.scope"
MISTAKES = [
    Mistake("dev", entry(role="king"), ROLE, "unknown role", "cluster-user"),
    *(
        Mistake("dev", entry(role=role), ROLE, "grants more than anybody needs")
        for role in ("Owner", "Contributor", "contributor", "reader", "access-administrator", "state-writer")
    ),
    Mistake("dev", entry(scope="moon"), SCOPE, "no such resource", "cluster"),
    *(
        Mistake("dev", entry(scope=scope), SCOPE, "wider than a resource")
        for scope in ("resource-group/core", "subscription", "/subscriptions/00000000-0000-4000-8000-000000000001")
    ),
    Mistake(
        "dev",
        entry(role="acr-pull"),
        SCOPE,
        "acr-pull cannot be granted at a kubernetes-cluster",
        "container-registry",
    ),
    Mistake(
        "dev",
        entry(principal_id="00000000-0000-4000-8000-00000000a003", role="log-reader", scope="workspace"),
        "access.guest",
        "people/readers has this role there already",
        "no such entry",
    ),
    Mistake(
        "dev", {"access": {"guest": ENTRY, "twin": ENTRY}}, "access.twin", "access/guest has this role there already"
    ),
]


@each_mistake(MISTAKES)
@pytest.mark.requirement("S1-090")
def test_a_mistake_about_a_role_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


@every_stack
def test_every_role_is_granted_at_something_that_it_is_made_for(stack: str, plans: Mapping[str, StackPlan]) -> None:
    for each in plans[stack].grants:
        assert each.kind in each.role.kinds, each.key
        assert known_role(each.role.key).name == each.role.name
        assert each.who


def test_names_of_role_assignments_are_unique_in_the_tenant(plans: Mapping[str, StackPlan]) -> None:
    names = Counter(each.name for stack in STACKS for each in plans[stack].grants)
    assert {name for name, count in names.items() if count > 1} == set()


def test_an_instance_has_other_names(folder: Path, plans: Mapping[str, StackPlan]) -> None:
    """A second platform in the same tenant, with the same keys everywhere."""
    again = edited_plan(folder, "prod", {"naming": {"instance": "x"}})
    assert [each.key for each in again.grants] == [each.key for each in plans["prod"].grants]
    assert not {each.name for each in again.grants} & {each.name for each in plans["prod"].grants}
