"""Everything that is asked before the first resource of a stack, in the order in which it is asked.

Nothing is changed. The offline cloud answers for settings whose tenant or subscription only it knows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from mystira.choosing import plan_for
from mystira.preflight.arm import Arm, Refused, Unreachable
from mystira.preflight.login import credential, method_of
from mystira.preflight.models import check_models
from mystira.preflight.names import check_names
from mystira.preflight.offline_cloud import offline_arm
from mystira.preflight.providers import check_providers
from mystira.preflight.quotas import check_quotas
from mystira.preflight.report import Finding, Report, Verdict
from mystira.preflight.rights import check_rights
from mystira.preflight.sign_in import check_sign_in
from mystira.preflight.tools import CHECK as TOOLS
from mystira.preflight.tools import Ask, check_tools
from offline.engine.home import Home
from offline.world.store import World
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from stacks.preflight.needs import needs_of
from stacks.settings.loading import NAMESPACE, SHARED

AZURE, OFFLINE = "Azure", "the offline cloud"
SETTINGS = "settings"
IDS = (f"{NAMESPACE}:azure.tenant_id", f"{NAMESPACE}:azure.subscription_id")
"""The settings that say who answers: a fictitious id is one of the offline cloud."""

RESOURCES_VERSION = "2021-04-01"


def preflight(
    stack: str,
    folder: Path = PROJECT,
    *,
    arm: Arm | None = None,
    ask: Ask | None = None,
    environment: Mapping[str, str] | None = None,
) -> Report:
    """Ask everything for ``stack``, whose settings are in ``folder``.

    ``arm`` answers in place of Azure or the offline cloud, ``ask`` runs the command lines that print versions,
    ``environment`` holds the variables of the login (by default the process's own). Raises
    :class:`~components.problems.InvalidInput` for settings with problems, ``MystiraError`` for a login without its
    variables.
    """
    plan = plan_for(stack, folder)
    shared = None if plan.environment == SHARED else plan_for(SHARED, folder)
    variables = os.environ if environment is None else environment
    if is_offline(plan):
        world = World(Home.default().cloud)
        asked = arm or offline_arm(world, plan.tenant_id, plan.subscription_id)
        findings = [_brought_along(), *_asked(asked, plan, shared)]
        return Report(stack, OFFLINE, tuple(findings))
    asked = arm or Arm(credential(plan.tenant_id, plan.subscription_id, variables))
    findings = [*check_tools(PROJECT, method_of(variables), ask), *_settings(plan), *_asked(asked, plan, shared)]
    return Report(stack, AZURE, tuple(findings))


def is_offline(plan: StackPlan) -> bool:
    """Whether a stack is one of the offline cloud: no tenant or subscription at Azure has its id."""
    return any(problem.path.endswith(IDS) for problem in plan.fictitious)


def _brought_along() -> Finding:
    return Finding(TOOLS, Verdict.SKIPPED, "the offline world brings its own engine and login")


def _settings(plan: StackPlan) -> Iterator[Finding]:
    """What a real run refuses of the settings."""
    for problem in plan.fictitious:
        what = f"{problem.path}: {problem.what}; seen: {problem.seen}"
        yield Finding(SETTINGS, Verdict.REFUSED, what, problem.allowed, problem.read)


def _asked(arm: Arm, plan: StackPlan, shared: StackPlan | None) -> Iterator[Finding]:
    signed_in = list(_reported("sign-in", lambda: check_sign_in(arm, plan.tenant_id, plan.subscription_id)))
    yield from signed_in
    if any(finding.verdict is not Verdict.OK for finding in signed_in):
        return
    needs = needs_of(plan, shared)
    id, region = needs.subscription_id, needs.region
    yield from _reported("rights", lambda: check_rights(arm, needs.rights))
    yield from _reported("providers", lambda: check_providers(arm, id, needs.providers))
    ours = cache(partial(_ours, arm, id))
    yield from _reported("names", lambda: check_names(arm, id, needs.names, ours()))
    yield from _reported("quotas", lambda: check_quotas(arm, needs, ours()))
    yield from _reported("models", lambda: check_models(arm, id, region, needs.models, needs.accounts))


def _ours(arm: Arm, subscription: str) -> frozenset[str]:
    """The ids, in lower case, of everything in the subscription."""
    rows = arm.every(f"/subscriptions/{subscription}/resources", RESOURCES_VERSION)
    return frozenset(str(row["id"]).lower() for row in rows)


def _reported(check: str, run: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """The findings of a check; what it could not ask is one of them."""
    found: list[Finding] = []
    try:
        for finding in run():
            found.append(finding)
    except Unreachable as error:
        found.append(Finding(check, Verdict.UNREACHABLE, str(error)))
    except Refused as error:
        found.append(
            Finding(check, Verdict.REFUSED, f"Azure refuses to say; seen: {error}", "Reader at the subscription")
        )
    yield from found
