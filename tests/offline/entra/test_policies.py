"""Conditional Access policies and named locations, and what a tenant must have for them."""

from __future__ import annotations

from typing import Any

import pytest

from offline.world.limits import NO_LICENCE, P2, Directory
from tests.harness.tenant import PERSON, Tenant

OTHER = "33333333-3333-4333-8333-333333333333"
STRENGTH = "/policies/authenticationStrengthPolicies/00000000-0000-0000-0000-000000000004"
"""Phishing-resistant MFA, which every tenant has."""


def policy(*controls: str, conditions: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    grant = {"operator": "OR", "builtInControls": list(controls or ("mfa",))}
    return {
        "displayName": "mfa",
        "state": "enabled",
        "conditions": {
            "applications": {"includedApplications": ["All"]},
            "clientAppTypes": ["all"],
            "users": {"includedUsers": ["All"], "excludedGroups": [PERSON]},
            **(conditions or {}),
        },
        "grantControls": grant,
        **more,
    }


def settle(tenant: Tenant, **directory: Any) -> None:
    with tenant.world.limits() as limits:
        limits.set_directory(tenant.id, Directory(**directory))


def test_a_policy_is_read_back_and_nothing_replaces_it(tenant: Tenant) -> None:
    inputs = policy(sessionControls={"signInFrequency": 8, "signInFrequencyPeriod": "hours"})
    made = tenant.make("conditional-access-policy", **inputs)
    assert made.id == f"/identity/conditionalAccess/policies/{made.properties['objectId']}"
    session = made.properties["sessionControls"]
    assert session["signInFrequencyAuthenticationType"] == "primaryAndSecondaryAuthentication"
    assert session["signInFrequencyInterval"] == "timeBased"
    found = tenant.read("conditional-access-policy", made.id, inputs, made.properties)
    assert (found.inputs, found.properties) == (inputs, made.properties)
    assert not tenant.diff("conditional-access-policy", made, **inputs).changes
    changed = tenant.diff("conditional-access-policy", made, **policy("block", displayName="other"))
    assert changed.changes
    assert not changed.replaces
    state = tenant.update("conditional-access-policy", made, **policy(displayName="renamed"))
    assert state["displayName"] == "renamed"
    tenant.delete("conditional-access-policy", made.id)
    assert tenant.gone("conditional-access-policy", made.id)


def test_a_policy_that_is_on_does_not_go_with_security_defaults(tenant: Tenant) -> None:
    settle(tenant, security_defaults=True)
    error = tenant.refused("BadRequest", lambda: tenant.make("conditional-access-policy", **policy()))
    assert error.message.startswith("Security Defaults is enabled in the tenant.")
    made = tenant.make("conditional-access-policy", **policy(state="enabledForReportingButNotEnforced"))
    tenant.refused("BadRequest", lambda: tenant.update("conditional-access-policy", made, **policy()))


def test_conditional_access_takes_p1(tenant: Tenant) -> None:
    settle(tenant, licence=NO_LICENCE)
    error = tenant.refused("AccessDenied", lambda: tenant.make("conditional-access-policy", **policy(state="disabled")))
    assert (error.status, "not licensed for this feature" in error.message) == (403, True)
    country = {"countriesAndRegions": ["ZA"]}
    tenant.refused("AccessDenied", lambda: tenant.make("named-location", displayName="za", country=country))


@pytest.mark.parametrize("condition", ["signInRiskLevels", "userRiskLevels"])
def test_risk_levels_take_p2(tenant: Tenant, condition: str) -> None:
    inputs = policy(conditions={condition: ["high"]})
    error = tenant.refused("BadRequest", lambda: tenant.make("conditional-access-policy", **inputs))
    assert error.message.startswith("1039: Cannot create or update policies with premium P2 features.")
    settle(tenant, licence=P2)
    tenant.make("conditional-access-policy", **inputs)


@pytest.mark.parametrize(
    "inputs",
    [
        policy("block", "mfa"),
        policy("block", sessionControls={"persistentBrowserMode": "never"}),
        policy("mfa", "passwordChange"),
        policy(
            grantControls={
                "operator": "OR",
                "builtInControls": ["mfa"],
                "authenticationStrengthPolicyId": STRENGTH,
            }
        ),
        policy(grantControls={"operator": "OR", "builtInControls": []}),
    ],
    ids=["block and mfa", "block and session", "password change", "strength and mfa", "none"],
)
def test_controls_that_do_not_go_together(tenant: Tenant, inputs: dict[str, Any]) -> None:
    error = tenant.refused("BadRequest", lambda: tenant.make("conditional-access-policy", **inputs))
    assert error.message.startswith("1032: ConditionalActionPolicy validation failed due to Invalid")


def test_controls_that_go_together(tenant: Tenant) -> None:
    strength = {"operator": "OR", "authenticationStrengthPolicyId": STRENGTH}
    tenant.make("conditional-access-policy", **policy(grantControls=strength))
    reset = {"operator": "AND", "builtInControls": ["mfa", "passwordChange"]}
    tenant.make("conditional-access-policy", **policy(displayName="reset", grantControls=reset))


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (policy(conditions={"applications": {}}), "exactly one of included_applications"),
        (policy(conditions={"users": {"excludedGroups": [PERSON]}}), "one of the included users"),
        (policy(grantControls=None), "one of `grant_controls,session_controls`"),
        (policy(grantControls=None, sessionControls={"persistentBrowserMode": ""}), "set to an effective value"),
        (policy(sessionControls={"signInFrequency": 8}), "`sign_in_frequency,sign_in_frequency_period`"),
    ],
)
def test_what_azuread_refuses_of_a_policy_at_a_preview(tenant: Tenant, inputs: dict[str, Any], said: str) -> None:
    (failure,) = tenant.failures("conditional-access-policy", **inputs)
    assert said in failure.reason


def test_a_location_is_read_back_and_replaced_by_one_of_another_kind(tenant: Tenant) -> None:
    inputs = {"displayName": "za", "country": {"countriesAndRegions": ["ZA"]}}
    made = tenant.make("named-location", **inputs)
    assert made.properties["country"]["countryLookupMethod"] == "clientIpAddress"
    found = tenant.read("named-location", made.id, inputs, made.properties)
    assert (found.inputs, found.properties) == (tenant.checked("named-location", inputs), made.properties)
    more = {"displayName": "za", "country": {"countriesAndRegions": ["ZA", "NA"]}}
    changed = tenant.diff("named-location", made, **more)
    assert (list(changed.changes), list(changed.replaces)) == (["country.countriesAndRegions[1]"], [])
    ip = tenant.diff("named-location", made, displayName="za", ip={"ipRanges": ["192.0.2.0/24"]})
    assert set(ip.replaces) == {"country", "ip"}
    tenant.delete("named-location", made.id)
    assert tenant.gone("named-location", made.id)
    (failure,) = tenant.failures("named-location", displayName="none")
    assert "exactly one of `country,ip`" in failure.reason


def test_a_policy_names_locations_that_exist(tenant: Tenant) -> None:
    def within(location: str) -> dict[str, Any]:
        return policy(
            "block", conditions={"locations": {"includedLocations": ["All"], "excludedLocations": [location]}}
        )

    error = tenant.refused("BadRequest", lambda: tenant.make("conditional-access-policy", **within(OTHER)))
    assert f"NamedLocation with id {OTHER} does not exist" in error.message
    made = tenant.make("named-location", displayName="za", country={"countriesAndRegions": ["ZA"]})
    tenant.make("conditional-access-policy", **within(made.properties["objectId"]))
