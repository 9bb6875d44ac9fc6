"""Conditional Access policies and the locations that they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from offline.azure.behaviour import at
from offline.entra.behaviour import Behaviour, Request
from offline.entra.errors import GraphError
from offline.entra.shape import Shape, without_zeros
from offline.rpc.protocol import CheckFailure, Properties
from offline.world.limits import NO_LICENCE, P2

POLICY = "azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy"
LOCATION = "azuread:index/namedLocation:NamedLocation"

READ = "docs/runbooks/identity.md"
ON = "enabled"
RISKS = ("signInRiskLevels", "userRiskLevels", "insiderRiskLevels")
"""Conditions that only Entra ID P2 has."""
WHO = ("includedUsers", "includedGroups", "includedRoles", "includedGuestsOrExternalUsers")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _unlicensed(request: Request) -> Iterator[GraphError]:
    if request.cloud.limits.directory(request.tenant).licence == NO_LICENCE:
        message = "Your tenant is not licensed for this feature. Please upgrade your subscription to access it."
        advice = f"Conditional Access takes Entra ID P1; read {READ}"
        yield GraphError("AccessDenied", message, advice, status=HTTPStatus.FORBIDDEN)


class Policy(Behaviour):
    shape = Shape(
        sets=frozenset({"conditions.authenticationFlowTransferMethods"}),
        kept=frozenset(
            {
                "conditions.insiderRiskLevels",
                "sessionControls.signInFrequencyAuthenticationType",
                "sessionControls.signInFrequencyInterval",
            }
        ),
    )

    def failures(self, inputs: Properties) -> Iterator[CheckFailure]:
        applications, users = (at(inputs, "conditions", name) for name in ("applications", "users"))
        if isinstance(applications, dict) and not (
            bool(applications.get("includedApplications")) ^ bool(applications.get("includedUserActions"))
        ):
            reason = "exactly one of included_applications and included_user_actions must be specified"
            yield CheckFailure("conditions.applications", reason)
        if isinstance(users, dict) and not any(users.get(each) for each in WHO):
            yield CheckFailure("conditions.users", "one of the included users, groups, roles or guests must be given")
        grant, session = inputs.get("grantControls"), inputs.get("sessionControls")
        if grant is None and session is None:
            yield CheckFailure("grantControls", "one of `grant_controls,session_controls` must be specified")
        elif grant is None and isinstance(session, dict) and not without_zeros(session):
            yield CheckFailure(
                "sessionControls",
                "when specifying `session_controls` but not `grant_controls`, one of the properties in the "
                "`session_controls` block must be set to an effective value in order for session controls to work",
            )
        if isinstance(session, dict) and bool(session.get("signInFrequency")) != bool(
            session.get("signInFrequencyPeriod")
        ):
            reason = "all of `sign_in_frequency,sign_in_frequency_period` must be specified"
            yield CheckFailure("sessionControls.signInFrequency", reason)

    def refusals(self, request: Request) -> Iterator[GraphError]:
        yield from _unlicensed(request)
        directory = request.cloud.limits.directory(request.tenant)
        if directory.security_defaults and request.inputs.get("state") == ON:
            message = (
                "Security Defaults is enabled in the tenant. You must disable Security defaults before enabling a "
                "Conditional Access policy."
            )
            yield GraphError("BadRequest", message, f"switch them off, or take report-only; read {READ}")
        conditions = request.inputs.get("conditions") or {}
        if directory.licence != P2 and any(conditions.get(each) for each in RISKS):
            message = (
                "1039: Cannot create or update policies with premium P2 features. Upgrade to a premium P2 license and "
                "try again."
            )
            yield GraphError("BadRequest", message, "risk levels take Entra ID P2")
        yield from _control_refusals(request.inputs)
        yield from _location_refusals(request, conditions)

    def computed(self, request: Request) -> Properties:
        session = request.inputs.get("sessionControls")
        if not isinstance(session, dict) or not session.get("signInFrequency"):
            return {}
        drawn = {
            "signInFrequencyAuthenticationType": "primaryAndSecondaryAuthentication",
            "signInFrequencyInterval": "timeBased",
        }
        return {"sessionControls": {**drawn, **without_zeros(session)}}


def _control_refusals(inputs: Properties) -> Iterator[GraphError]:
    """What Graph refuses of controls (Microsoft Graph: conditionalAccessGrantControls resource type)."""
    grant, session = inputs.get("grantControls") or {}, without_zeros(inputs.get("sessionControls") or {})
    built_in = list(grant.get("builtInControls") or [])
    strength = grant.get("authenticationStrengthPolicyId")
    others = [strength, *(grant.get("termsOfUse") or []), *(grant.get("customAuthenticationFactors") or [])]
    client_apps = at(inputs, "conditions", "clientAppTypes") or []
    reset = "passwordChange" in built_in
    advice = ""
    if not (built_in or any(others) or session):
        advice = "a policy takes a control"
    elif "block" in built_in and (len(built_in) > 1 or any(others) or session):
        advice = "block goes with no other control"
    elif strength and "mfa" in built_in:
        advice = "a strength takes the place of mfa"
    elif reset and ("mfa" not in built_in or grant.get("operator") != "AND" or client_apps != ["all"]):
        advice = "passwordChange takes mfa, the operator AND, and all client apps"
    if advice:
        kind = "InvalidPasswordResetControl" if reset else "InvalidControls"
        message = f"1032: ConditionalActionPolicy validation failed due to {kind}."
        yield GraphError("BadRequest", message, advice)


def _location_refusals(request: Request, conditions: Properties) -> Iterator[GraphError]:
    locations: Any = conditions.get("locations") or {}
    for name in ("includedLocations", "excludedLocations"):
        for each in locations.get(name) or []:
            id = str(each).rpartition("/")[2]
            known = request.cloud.get(f"/identity/conditionalAccess/namedLocations/{id}")
            if _GUID.fullmatch(id) and known is None:
                message = f"NamedLocation with id {id} does not exist in the directory."
                yield GraphError("BadRequest", message, "create the location first")


class Location(Behaviour):
    shape = Shape(defaults={"country": {"countryLookupMethod": "clientIpAddress"}})

    def failures(self, inputs: Properties) -> Iterator[CheckFailure]:
        if bool(inputs.get("ip")) == bool(inputs.get("country")):
            yield CheckFailure("country", "exactly one of `country,ip` must be specified")

    def refusals(self, request: Request) -> Iterator[GraphError]:
        return _unlicensed(request)


BEHAVIOURS: Mapping[str, Behaviour] = {POLICY: Policy(), LOCATION: Location()}
