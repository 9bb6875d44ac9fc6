"""Policies and locations, made from their specs alone."""

from __future__ import annotations

import pulumi
import pulumi_azuread as azuread

from components.conditional_access.location import named_location
from components.conditional_access.policy import access_policy
from components.conditional_access.spec import LEGACY_CLIENTS, PHISHING_RESISTANT, LocationSpec, PolicySpec
from components.facts.types import DIRECTORY_TYPES
from tests.harness.compose import Composition, Registered, compose

TENANT = "00000000-0000-4000-8000-00000000c001"
CLIENT = "00000000-0000-4000-8000-00000000d001"
GROUP = "00000000-0000-4000-8000-00000000a001"
BREAK_GLASS = "00000000-0000-4000-8000-00000000b009"
INSIDE = "00000000-0000-4000-8000-00000000f001"


def the(composition: Composition, kind: str) -> Registered:
    (found,) = composition.of(DIRECTORY_TYPES[kind].token)
    return found


def policy(spec: PolicySpec, inside: str | None = None) -> Registered:
    def program() -> None:
        access_policy(
            "it",
            spec,
            applications=[CLIENT],
            groups=[GROUP],
            excluded=BREAK_GLASS,
            inside=inside,
            options=pulumi.ResourceOptions(provider=azuread.Provider("entra", tenant_id=TENANT)),
        )

    return the(compose(program), "conditional-access-policy")


def test_a_policy_for_groups_with_a_strength() -> None:
    found = policy(PolicySpec("Strong", "enabled", strength=PHISHING_RESISTANT, sign_in_hours=4))
    assert found.inputs == {
        "displayName": "Strong",
        "state": "enabled",
        "conditions": {
            "applications": {"includedApplications": [CLIENT]},
            "clientAppTypes": ["all"],
            "users": {"includedGroups": [GROUP], "excludedGroups": [BREAK_GLASS]},
        },
        "grantControls": {"operator": "OR", "authenticationStrengthPolicyId": PHISHING_RESISTANT},
        "sessionControls": {"signInFrequency": 4, "signInFrequencyPeriod": "hours"},
    }
    # azuread takes the path of a policy, not its id alone.
    assert PHISHING_RESISTANT.startswith("/policies/authenticationStrengthPolicies/")


def test_a_block_for_everybody_who_is_elsewhere() -> None:
    found = policy(
        PolicySpec("Block", "enabled", everybody=True, client_apps=LEGACY_CLIENTS, controls=("block",)), INSIDE
    )
    conditions = found.inputs["conditions"]
    assert conditions["users"] == {"includedUsers": ["All"], "excludedGroups": [BREAK_GLASS]}
    assert conditions["clientAppTypes"] == ["exchangeActiveSync", "other"]
    assert conditions["locations"] == {"includedLocations": ["All"], "excludedLocations": [INSIDE]}
    assert found.inputs["grantControls"] == {"operator": "OR", "builtInControls": ["block"]}
    assert "sessionControls" not in found.inputs


def test_an_address_of_no_known_country_is_outside() -> None:
    def program() -> None:
        provider = azuread.Provider("entra", tenant_id=TENANT)
        named_location("it", LocationSpec("Home", ("NL", "ZA")), pulumi.ResourceOptions(provider=provider))

    assert the(compose(program), "named-location").inputs == {
        "displayName": "Home",
        "country": {"countriesAndRegions": ["NL", "ZA"], "includeUnknownCountriesAndRegions": False},
    }
