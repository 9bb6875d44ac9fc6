"""`mystira verify-email`: having Azure verify the domain that mail comes from."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Protocol

import typer

from components.facts.ids import made_id
from components.facts.types import RESOURCE_TYPES
from components.mail.facts import API_VERSION, VERIFICATIONS
from components.problems import MystiraError
from mystira.choosing import Folder, plan_for
from mystira.preflight.arm import Arm, Refused
from mystira.preflight.login import credential
from offline.azure.services.mail import initiate_verification, verification_states
from offline.commands.output import FAILED, ended, say
from offline.world.store import World
from stacks.parts.groups.plan import SHARED_TIER
from stacks.parts.mail.plan import GROUP, MAIL, READ, VERIFIED
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from stacks.settings.loading import NAMESPACE, SHARED, file_name

DONE = "Verified"
NOT_STARTED = "NotStarted"
RUNNING = frozenset({NOT_STARTED, "VerificationRequested", "VerificationInProgress"})
"""States that another one follows once Azure has accepted the request, which it does before the domain shows it
(Azure/azure-rest-api-specs: communication, VerificationStatus; Domains_InitiateVerification answers 202)."""

PAUSE_SECONDS = 15.0

DryRun = Annotated[bool, typer.Option("--dry-run", help="only show how far Azure has verified the domain")]
Minutes = Annotated[int, typer.Option(help="how long to wait for each answer")]


class Domains(Protocol):
    """The two calls about a domain that this command needs."""

    def states(self, domain: str) -> Mapping[str, str]:
        """How far each thing about the domain has been verified."""
        ...

    def initiate(self, domain: str, what: str) -> None:
        """Have Azure verify one thing about the domain."""
        ...


class AzureDomains:
    """Azure itself."""

    def __init__(self, arm: Arm) -> None:
        self._arm = arm

    def states(self, domain: str) -> Mapping[str, str]:
        found = _accepted(lambda: self._arm.get(domain, API_VERSION))
        states = found.get("properties", {}).get("verificationStates", {})
        return {each: str(states.get(each, {}).get("status", NOT_STARTED)) for each in VERIFICATIONS}

    def initiate(self, domain: str, what: str) -> None:
        _accepted(lambda: self._arm.post(f"{domain}/initiateVerification", API_VERSION, {"verificationType": what}))


def _accepted(ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The answer to a request. Raises :class:`MystiraError` where Azure refuses it."""
    try:
        return ask()
    except Refused as error:
        raise MystiraError(f"Azure refuses: {error}; read: {READ}") from error


class OfflineDomains:
    """The offline cloud."""

    def __init__(self, world: World) -> None:
        self._world = world

    def states(self, domain: str) -> Mapping[str, str]:
        return verification_states(self._world, domain)

    def initiate(self, domain: str, what: str) -> None:
        initiate_verification(self._world, domain, what)


def verify_email(folder: Folder = PROJECT, dry_run: DryRun = False, minutes: Minutes = 30) -> None:
    """Have Azure verify the domain that mail comes from; exit code 1 while anything is left to verify.

    Azure looks for the records of the domain in public DNS: `shared` must be up, and its name servers entered at the
    registrar. The login is that of a deployment.
    """
    plan = plan_for(SHARED, folder)
    arm = Arm(credential(plan.tenant_id, plan.subscription_id, os.environ))
    report(plan, AzureDomains(arm), dry_run=dry_run, minutes=minutes)


def report(
    plan: StackPlan,
    azure: Domains,
    *,
    dry_run: bool = False,
    minutes: float = 30,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Verify, print the outcome, and end with exit code 1 while anything is left."""
    domain = domain_id(plan)
    states = azure.states(domain) if dry_run else verified(domain, azure, minutes, sleep)
    for what, state in states.items():
        say(f"{what}: {state}")
    if set(states.values()) != {DONE}:
        say(f"not verified yet: the records must be in public DNS; read: {READ}")
        ended(FAILED)
    say(f"verified; next: {file_name(plan.stack)}: {NAMESPACE}:{VERIFIED}: true, then pulumi up -s {plan.stack}")


def verified(domain: str, azure: Domains, minutes: float, sleep: Callable[[float], None]) -> Mapping[str, str]:
    """Have everything verified that is not; the rest needs the domain itself first. Returns the states then."""
    for what in VERIFICATIONS:
        if azure.states(domain)[what] != DONE:
            azure.initiate(domain, what)
            _wait(domain, what, azure, minutes, sleep)
        if azure.states(domain)[VERIFICATIONS[0]] != DONE:
            break
    return azure.states(domain)


def _wait(domain: str, what: str, azure: Domains, minutes: float, sleep: Callable[[float], None]) -> None:
    for _ in range(max(1, round(60 * minutes / PAUSE_SECONDS))):
        if azure.states(domain)[what] not in RUNNING:
            return
        sleep(PAUSE_SECONDS)


def domain_id(plan: StackPlan) -> str:
    """The id of the custom domain. Raises :class:`MystiraError` where the settings name none."""
    mail = plan.of(MAIL)
    if mail.domain is None:
        raise MystiraError(f"{file_name(plan.stack)}: {NAMESPACE}:mail.domain: no domain to verify; read: {READ}")
    groups = {group.key: group.name for tier in plan.of(SHARED_TIER) for group in tier.groups}
    path = {
        "subscriptionId": plan.subscription_id,
        "resourceGroupName": groups[GROUP],
        "emailServiceName": mail.email_service,
        "domainName": mail.domain.name,
    }
    return made_id(RESOURCE_TYPES["email-domain"], path)
