"""Conditional Access: a second factor for the administration, and nobody locked out for good."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.conditional_access.spec import PHISHING_RESISTANT
from components.facts.types import DIRECTORY_TYPES
from stacks.parts.conditional_access.plan import CONDITIONAL_ACCESS
from stacks.plan.model import StackPlan
from tests.harness.build import compose_up_to, everything
from tests.harness.compose import Composition, Registered
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, edited_plan, plan

BREAK_GLASS = "00000000-0000-4000-8000-00000000b009"
STAGING: Mapping[str, Any] = {
    "waivers.conditional-access": GONE,
    "conditional_access": {"state": "on", "break_glass_group": BREAK_GLASS},
}
"""Policies in staging too."""


def of(composition: Composition, kind: str) -> Mapping[str, Registered]:
    return {each.name: each for each in composition.of(DIRECTORY_TYPES[kind].token)}


def policies(composition: Composition) -> Mapping[str, Mapping[str, Any]]:
    """The inputs of the policies, by logical name."""
    return {name: each.inputs for name, each in of(composition, "conditional-access-policy").items()}


def edited(folder: Path, **changes: Any) -> Composition:
    """Prod with these settings of Conditional Access."""
    return compose_up_to(
        CONDITIONAL_ACCESS,
        edited_plan(folder, "prod", {f"conditional_access.{key}": to for key, to in changes.items()}),
    )


@pytest.mark.requirement("S3-096")
def test_prod_asks_the_role_groups_for_a_second_factor_at_both_applications(
    composed: Mapping[str, Composition],
) -> None:
    found = policies(composed["prod"])["admin-mfa"]
    assert found["displayName"] == "Mystira Admin: require MFA (prod)"
    assert found["state"] == "enabled"
    assert found["grantControls"] == {"operator": "OR", "builtInControls": ["mfa"]}
    assert found["sessionControls"] == {"signInFrequency": 8, "signInFrequencyPeriod": "hours"}
    conditions = found["conditions"]
    assert conditions["clientAppTypes"] == ["all"]
    sign_in = composed["prod"].outputs["sign_in"]["applications"]
    clients = {sign_in[key]["client_id"] for key in ("admin-api", "admin-ui")}
    assert set(conditions["applications"]["includedApplications"]) == clients
    assert set(conditions["users"]["includedGroups"]) == set(composed["prod"].outputs["role_groups"].values())
    assert len(conditions["users"]["includedGroups"]) == 4
    assert "includedUsers" not in conditions["users"]


@pytest.mark.requirement("S3-096")
def test_legacy_clients_are_blocked_at_the_same_applications(composed: Mapping[str, Composition]) -> None:
    both = policies(composed["prod"])
    found = both["admin-legacy-clients"]
    assert found["conditions"]["clientAppTypes"] == ["exchangeActiveSync", "other"]
    assert found["conditions"]["applications"] == both["admin-mfa"]["conditions"]["applications"]
    assert found["conditions"]["users"]["includedUsers"] == ["All"]
    assert found["grantControls"] == {"operator": "OR", "builtInControls": ["block"]}
    assert "sessionControls" not in found


@pytest.mark.requirement("S3-096")
def test_no_policy_stops_the_break_glass_group(folder: Path) -> None:
    found = policies(edited(folder, countries=["ZA", "NL"]))
    assert found.keys() == {"admin-mfa", "admin-legacy-clients", "admin-countries"}
    assert all(each["conditions"]["users"]["excludedGroups"] == [BREAK_GLASS] for each in found.values())


def test_dev_and_staging_have_no_policy(composed: Mapping[str, Composition]) -> None:
    """Who may write one may write all of the tenant, so that only the pipeline of prod may."""
    for stack in ("dev", "staging"):
        assert not policies(composed[stack])
        assert not of(composed[stack], "named-location")


def test_a_policy_comes_after_the_principals_of_its_applications(plans: Mapping[str, StackPlan]) -> None:
    found = {(each.row.key, each.name): each for each in everything(plans["prod"])}
    principals = {found["service-principal", key].urn for key in ("admin-api", "admin-ui")}
    for name in ("admin-mfa", "admin-legacy-clients"):
        assert found["conditional-access-policy", name].waits_for >= principals


@pytest.mark.parametrize(("state", "said"), [("on", "enabled"), ("report-only", "enabledForReportingButNotEnforced")])
def test_the_state_is_that_of_the_settings(folder: Path, state: str, said: str) -> None:
    assert {each["state"] for each in policies(edited(folder, state=state)).values()} == {said}


def test_left_out_policies_only_report(folder: Path) -> None:
    found = edited_plan(folder, "prod", {"conditional_access": {"break_glass_group": BREAK_GLASS}})
    assert {each["state"] for each in policies(compose_up_to(CONDITIONAL_ACCESS, found)).values()} == {
        "enabledForReportingButNotEnforced"
    }


def test_a_strength_takes_the_place_of_the_control(folder: Path) -> None:
    found = policies(edited(folder, strength="phishing-resistant", sign_in_hours=1))["admin-mfa"]
    assert found["grantControls"] == {"operator": "OR", "authenticationStrengthPolicyId": PHISHING_RESISTANT}
    assert found["sessionControls"]["signInFrequency"] == 1


def test_with_countries_everywhere_else_is_blocked(folder: Path, composed: Mapping[str, Composition]) -> None:
    assert not of(composed["prod"], "named-location")
    found = edited(folder, countries=["ZA", "NL"])
    (location,) = of(found, "named-location").values()
    assert location.inputs["displayName"] == "Mystira Admin: countries (prod)"
    assert location.inputs["country"] == {
        "countriesAndRegions": ["NL", "ZA"],
        "includeUnknownCountriesAndRegions": False,
    }
    blocked = policies(found)["admin-countries"]
    assert blocked["grantControls"]["builtInControls"] == ["block"]
    assert blocked["conditions"]["locations"]["includedLocations"] == ["All"]
    (outside,) = blocked["conditions"]["locations"]["excludedLocations"]
    assert outside
    assert "/" not in outside, "Graph takes the object id of a location"
    others = [each for name, each in policies(found).items() if name != "admin-countries"]
    assert not any("locations" in each["conditions"] for each in others)


def test_a_live_group_with_a_role_is_the_one_that_is_asked(folder: Path) -> None:
    group = "00000000-0000-4000-8000-00000000a101"
    found = compose_up_to(CONDITIONAL_ACCESS, edited_plan(folder, "prod", {"entra.role_groups": {"Admin": group}}))
    assert group in policies(found)["admin-mfa"]["conditions"]["users"]["includedGroups"]


def test_another_environment_has_its_own_policies(folder: Path, composed: Mapping[str, Composition]) -> None:
    found = policies(compose_up_to(CONDITIONAL_ACCESS, edited_plan(folder, "staging", STAGING)))
    names = {each["displayName"] for each in found.values()}
    assert names == {"Mystira Admin: require MFA (staging)", "Mystira Admin: block legacy clients (staging)"}
    assert not names & {each["displayName"] for each in policies(composed["prod"]).values()}


def test_who_reads_the_logs_enforces_what_only_reports(folder: Path) -> None:
    assert "conditional-access-enforcement" not in {each.key for each in plan("prod").steps}
    found = edited_plan(folder, "prod", {"conditional_access.state": "report-only"})
    (step,) = (each for each in found.steps if each.key == "conditional-access-enforcement")
    assert step.read == "docs/runbooks/identity.md"


GROUP = "conditional_access.break_glass_group"
MISTAKES = [
    Mistake("prod", {GROUP: GONE}, GROUP, "missing", "emergency accounts"),
    Mistake("prod", {GROUP: GONE, "conditional_access.state": "report-only"}, GROUP, "missing", "emergency accounts"),
    Mistake(
        "prod",
        {"entra.role_groups": {"Viewer": BREAK_GLASS}},
        GROUP,
        "the group of the role Viewer too",
        "a group without a role",
    ),
    Mistake("prod", {"conditional_access.countries": ["ZA", "ZA"]}, "conditional_access.countries", "named twice"),
    Mistake("prod", {"conditional_access.countries": ["za"]}, "conditional_access.countries.0", "", "[A-Z]"),
    Mistake("prod", {"conditional_access.sign_in_hours": 24}, "conditional_access.sign_in_hours", "", "23"),
    Mistake("prod", {"conditional_access.sign_in_hours": 0}, "conditional_access.sign_in_hours", "", "1"),
    Mistake("prod", {"conditional_access.state": "off"}, "waivers.conditional-access", "missing", "a reason"),
    Mistake("dev", {"conditional_access": STAGING["conditional_access"]}, "waivers.conditional-access", "keep"),
]


@each_mistake(MISTAKES)
def test_a_mistake_about_conditional_access_is_one_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
