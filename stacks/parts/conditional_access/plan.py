"""Conditional Access: what a sign-in to the administration takes besides a password (S3-096)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from components.conditional_access.spec import LEGACY_CLIENTS, PHISHING_RESISTANT, LocationSpec, PolicySpec
from components.problems import Problem
from stacks.catalogue.needs.sign_in import Directory
from stacks.context import Context
from stacks.parts.conditional_access.checks import OFF, READ, conditional_access_problems
from stacks.parts.entra.applications import client_key, clients_of, display_name, users_of
from stacks.parts.entra.plan import group_principal, role_groups
from stacks.parts.entra.tenant import workforce
from stacks.parts.part import Part, Step, Tenant
from stacks.settings.models import EnvironmentSettings

RULE = "conditional-access"
ENFORCED = "on"
STATES: Mapping[str, str] = {ENFORCED: "enabled", "report-only": "enabledForReportingButNotEnforced"}
"""The settings' words for the states of Microsoft Graph (conditionalAccessPolicy)."""

ELSEWHERE = "admin-countries"
"""The logical name of the location, and of the policy for whoever is not there."""


@dataclass(frozen=True)
class ConditionalAccessPlan:
    """The policies of the administration, all for the same groups and applications."""

    policies: Mapping[str, PolicySpec]
    """By logical name."""
    location: LocationSpec | None
    """The countries from which people may sign in; none: from everywhere."""
    groups: tuple[str, ...]
    """The role groups, as principals: ``group/admins``."""
    applications: tuple[str, ...]
    """The keys of the applications: ``admin-api``."""
    break_glass: str
    """The object id of the group that no policy stops."""


class ConditionalAccessPart(Part[EnvironmentSettings, ConditionalAccessPlan]):
    """Policies at the applications of the administration, unless they are off."""

    key = "conditional_access"
    rules: ClassVar[Mapping[str, str]] = {RULE: "the administration takes a second factor (Conditional Access)"}

    def plan(self, context: Context[EnvironmentSettings]) -> ConditionalAccessPlan | None:
        settings = context.settings.conditional_access
        if settings.state == OFF:
            return None
        return ConditionalAccessPlan(
            policies=dict(_policies(context)),
            location=_location(context),
            groups=tuple(group_principal(group.key) for group in role_groups(context)),
            applications=tuple(administration(context)),
            break_glass=str(settings.break_glass_group),
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return conditional_access_problems(context)

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        if context.settings.conditional_access.state == OFF:
            yield RULE

    def tenants(self, context: Context[EnvironmentSettings]) -> Iterator[Tenant]:
        if context.settings.conditional_access.state != OFF:
            yield workforce(context)

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        settings = context.settings.conditional_access
        if settings.state == OFF:
            return
        yield Step(
            key="conditional-access-licence",
            do="license the tenant for Microsoft Entra ID P1, and switch its security defaults off: no policy is "
            "enforced beside them",
            check="az rest --url https://graph.microsoft.com/v1.0/policies/identitySecurityDefaultsEnforcementPolicy "
            "--query isEnabled",
            read=READ,
        )
        yield Step(
            key="break-glass-accounts",
            do="put two emergency accounts into the break-glass group, try each of them, and review the group every "
            "quarter",
            check=f"az ad group member list --group {settings.break_glass_group} --query [].displayName",
            read=READ,
        )
        if settings.state != ENFORCED:
            yield Step(
                key="conditional-access-enforcement",
                do="read in the sign-in logs whom the policies would have stopped, then set "
                'conditional_access.state: "on"',
                check="az rest --url https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies "
                "--query 'value[].[displayName, state]'",
                read=READ,
            )


def administration(context: Context[EnvironmentSettings]) -> Iterator[str]:
    """The keys of the applications to which the administration signs in: each API with its pages."""
    for service, _ in users_of(context, Directory.WORKFORCE):
        yield service.key
        yield from (client_key(*each) for each in clients_of(context, service.key))


def _policies(context: Context[EnvironmentSettings]) -> Iterator[tuple[str, PolicySpec]]:
    settings = context.settings.conditional_access
    state, strong = STATES[settings.state], settings.strength == "phishing-resistant"
    yield (
        "admin-mfa",
        PolicySpec(
            display_name=display_name(context, "Admin: require MFA"),
            state=state,
            controls=() if strong else ("mfa",),
            strength=PHISHING_RESISTANT if strong else "",
            sign_in_hours=settings.sign_in_hours,
        ),
    )
    # Blocks are for everybody: nobody has a reason to pass one, whatever group was assigned by hand.
    block = ("block",)
    title = display_name(context, "Admin: block legacy clients")
    yield "admin-legacy-clients", PolicySpec(title, state, everybody=True, client_apps=LEGACY_CLIENTS, controls=block)
    if settings.countries:
        title = display_name(context, "Admin: block other countries")
        yield ELSEWHERE, PolicySpec(title, state, everybody=True, controls=block)


def _location(context: Context[EnvironmentSettings]) -> LocationSpec | None:
    countries = context.settings.conditional_access.countries
    return LocationSpec(display_name(context, "Admin: countries"), tuple(sorted(countries))) if countries else None


CONDITIONAL_ACCESS = ConditionalAccessPart()
