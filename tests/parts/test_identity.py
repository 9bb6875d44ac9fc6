"""The identity of every service, and what it may do."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from stacks.parts.identity.plan import IDENTITIES
from stacks.plan.model import StackPlan
from tests.harness.access import granted, principal_of
from tests.harness.compose import Composition
from tests.harness.settings import every_environment
from tests.platform.catalogue import CATALOGUE


@every_environment
@pytest.mark.requirement("S0-05")
def test_every_service_that_works_or_needs_something_has_its_identity(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    identified = {service.key: service for service in CATALOGUE if service.key not in ("admin-ui", "devhub")}
    assert {each.service for each in plans[stack].of(IDENTITIES)} == set(identified)
    for service in identified.values():
        made = composed[stack].named(f"mys-{stack}-{service.project.code}-identity-san")
        assert made.inputs["resourceGroupName"] == f"mys-{stack}-{service.group}-rg-san"
        assert made.inputs["tags"]["Service"] == service.key
    assert set(composed[stack].outputs["identities"]) == set(identified)


@every_environment
def test_a_service_may_do_what_it_needs_and_no_more(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    """The needs of a service name roles at its own and shared resources; its identity is granted those and no other."""
    for service in CATALOGUE:
        if not service.identified:
            continue
        code = service.project.code
        principal = principal_of(composed[stack], f"mys-{stack}-{code}-identity-san")
        mine = [each for each in granted(composed[stack]) if each.principal == principal]
        wanted = {
            (each.role, each.target.format(service=service.key)) for need in service.needs for each in need.grants
        }
        planned = {
            (each.role.key, each.scope) for each in plans[stack].grants if each.principal == f"identity/{service.key}"
        }
        assert planned == wanted
        assert sorted(each.role for each in mine) == sorted(role for role, _ in wanted)
        telemetry = f"/application-insights/mys-{stack}-{code}-ai-san"
        assert (("metrics-publisher", telemetry) in {(each.role, each.scope) for each in mine}) is not service.job
