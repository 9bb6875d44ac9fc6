"""The program: settings, plan, resources, outputs."""

from __future__ import annotations

import gc
from datetime import date
from pathlib import Path

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from components.facts.owned_elsewhere import AUTO_GROW, OWNED_ELSEWHERE, UPGRADE_CHANNEL
from components.guard import install_guard
from components.problems import InvalidInput, MystiraError
from stacks.build.environment import build_environment
from stacks.build.provider import azure_provider
from stacks.build.shared import build_shared
from stacks.catalogue import CATALOGUE, Catalogue
from stacks.plan import EnvironmentPlan, SharedPlan, StackPlan, make_plan
from stacks.settings import Settings, from_engine, from_file
from stacks.settings.loading import SHARED, STACKS, file_name
from stacks.settings.secrets import secret_problems

PROJECT = Path(__file__).resolve().parents[2]

GARBAGE = 20_000
"""Objects made before Python looks for garbage. A program makes much that lives as long as itself: with Python's own
700, walking it again and again took a fifth of a preview's time, net of imports, and freed 2 of 175 MB."""


def run(stack: str, *, today: date, catalogue: Catalogue = CATALOGUE, retries: bool = True) -> None:
    """Build ``stack`` from the engine's configuration. Raises :class:`pulumi.RunError` with one line a problem."""
    gc.set_threshold(GARBAGE)
    # One language host hands the configuration over in the environment, another through the SDK.
    configuration = {**get_config_env(), **CONFIG.get()}
    try:
        settings = from_engine(stack, configuration)
        plan = make_plan(settings, catalogue, stack=stack, today=today, others=_others(stack))
        missing = list(secret_problems(file_name(stack), settings, configuration))
        if missing:
            raise InvalidInput(missing)
    except MystiraError as error:
        raise pulumi.RunError(f"the settings cannot be built\n{error}") from None
    for warning in plan.warnings:
        pulumi.log.warn(warning.text)
    for name, value in guarded_build(plan, retries=retries).items():
        pulumi.export(name, value)


def guarded_build(plan: StackPlan, *, retries: bool) -> dict[str, object]:
    """Install the guard, register everything of the plan and return the stack's outputs.

    ``retries`` is off under Pulumi's mocks. Raises :class:`pulumi.RunError` for entries of ``adopt`` that nothing
    answers to.
    """
    absent = _absent_owners(plan)
    owned = [row for row in OWNED_ELSEWHERE if row.owner not in absent]
    guard = install_guard(adopt=plan.adopt, protect=plan.protection, owned_elsewhere=owned, retries=retries)
    outputs = build(plan)
    unused = guard.unused()
    if unused:
        raise pulumi.RunError("\n".join(f"{file_name(plan.stack)}: {problem}" for problem in unused))
    return outputs


def _absent_owners(plan: StackPlan) -> frozenset[str]:
    """Who owns nothing in this stack: what is theirs otherwise, the settings say."""
    if not isinstance(plan, EnvironmentPlan):
        return frozenset()
    present = {UPGRADE_CHANNEL: plan.cluster.upgrade_channel != "none", AUTO_GROW: plan.stores.postgresql.auto_grow}
    return frozenset(owner for owner, there in present.items() if not there)


def build(plan: StackPlan) -> dict[str, object]:
    """Register everything of the plan and return the stack's outputs."""
    provider = azure_provider(plan)
    if isinstance(plan, SharedPlan):
        return build_shared(plan, provider)
    assert isinstance(plan, EnvironmentPlan)
    return build_environment(plan, provider)


def _others(stack: str) -> dict[str, Settings]:
    """The committed settings of the other environments: their ranges must not meet ours."""
    return {name: from_file(name, PROJECT) for name in STACKS if name not in (stack, SHARED)}
