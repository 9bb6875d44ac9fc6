"""Every decision about live resources points to a line that is there, and to a type that exists."""

from __future__ import annotations

import re

import pytest

from components.facts.types import REGISTERED_TYPES
from offline.azure.role_definitions import BUILT_IN
from stacks.adopt.decisions import AT, DECISIONS, MOVES, PARITY, ROLES, RUNBOOK, Decision, decision_about
from stacks.adopt.live import Live
from stacks.adopt.outcome import NODES_LINE, OBJECTS_LINE, ZONE_LINE
from stacks.adopt.reasons import Reason
from stacks.plan.load import PROJECT

TOPICS = {line.split("|")[1].strip() for line in (PROJECT / PARITY).read_text().splitlines() if line.startswith("|")}


def decision_of_role(role: str) -> Decision:
    """What is decided about an assignment of a role, at what it is about."""
    scope = f"/subscriptions/s/resourceGroups/g/providers/{AT.get(role, 'microsoft.network/virtualnetworks')}/x"
    id = f"{scope}/providers/Microsoft.Authorization/roleAssignments/r"
    found = decision_about(Live(id=id, role=role, scope=scope, assignee="p"))
    assert found is not None
    return found


def headings(page: str) -> set[str]:
    return {line.lstrip("# ") for line in (PROJECT / page).read_text().splitlines() if line.startswith("#")}


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda each: each.type)
def test_a_decision_points_to_a_line(decision: Decision) -> None:
    assert decision.line in (TOPICS if decision.read == PARITY else headings(decision.read))
    assert decision.reason in (Reason.NO_SUCCESSOR, Reason.OUTSIDE)
    re.compile(decision.name)


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda each: each.type)
def test_a_decision_is_about_a_type_of_azure_or_an_object(decision: Decision) -> None:
    known = decision.type in REGISTERED_TYPES
    assert known or re.fullmatch(r"microsoft\.\w+(/\w+)+", decision.type)


@pytest.mark.parametrize("decision", [*DECISIONS, *map(decision_of_role, ROLES)], ids=lambda each: each.type)
def test_everything_left_has_a_page_that_says_what_a_person_does(decision: Decision) -> None:
    page, _, heading = decision.how.partition(", ")
    assert page or decision.read == RUNBOOK
    assert not page or (PROJECT / page).is_file()
    assert not heading or heading in headings(page)


def test_every_move_is_where_something_live_leads() -> None:
    """That of PostgreSQL and that of Terraform's state are about what is adopted, or no resource."""
    led = {decision.how.partition(",")[0] for decision in DECISIONS} | {f"{MOVES}/places.md", f"{MOVES}/dns-zone.md"}
    pages = {f"{MOVES}/{page.name}" for page in (PROJECT / MOVES).glob("*.md")}
    assert pages - led == {f"{MOVES}/postgresql.md", f"{MOVES}/terraform.md"}
    text = (PROJECT / RUNBOOK).read_text()
    assert {page for page in pages if page.removeprefix("docs/runbooks/") not in text} == set()


def test_roles_have_a_line_and_are_azures_own() -> None:
    assert set(ROLES.values()) <= TOPICS
    assert set(AT) <= set(ROLES)
    known = {role.id.rpartition("/")[2].lower() for role in BUILT_IN.values()}
    # Nobody here has Azure Kubernetes Service Cluster Admin Role, so the list of the offline cloud leaves it out.
    assert set(ROLES) - known == {"0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8"}


@pytest.mark.parametrize("line", [NODES_LINE, OBJECTS_LINE, ZONE_LINE])
def test_what_the_runbook_decides_is_one_of_its_headings(line: str) -> None:
    read, _, heading = line.partition(", ")
    assert (read, heading in headings(read)) == (RUNBOOK, True)
