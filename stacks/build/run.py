"""The program: settings, plan, resources, outputs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from components.guard.guard import Registered, install_guard
from components.guard.phases import Phases
from components.kubernetes.kubeconfig import COMMAND as LOGIN
from components.problems import InvalidInput, MystiraError, Problem
from stacks.build.garbage import rarely_collected
from stacks.build.parts import BUILDERS
from stacks.build.provider import azure_provider, tenant_provider
from stacks.catalogue.model import Catalogue
from stacks.parts.all import parts_of
from stacks.parts.kubernetes.plan import KUBERNETES
from stacks.parts.monitoring.plan import LOGS
from stacks.parts.secrets.plan import SECRETS
from stacks.parts.site import Site
from stacks.plan.load import PROJECT, context_from_engine
from stacks.plan.make import make_plan
from stacks.plan.model import StackPlan
from stacks.settings.config_secrets import external_problems, secret_problems
from stacks.settings.loading import file_name
from stacks.settings.webhooks import webhook_problems

TAGGED_IMAGES = "dev"
"""The environment in which an image may be named by a tag."""

TOOL = "kubelogin, any version (docs/runbooks/first-deployment.md)"

Begins = Callable[[str], None]
"""Takes the key of a part."""


def run(
    stack: str,
    *,
    today: date,
    catalogue: Catalogue | None = None,
    folder: Path = PROJECT,
    hooks: bool = True,
    which: Callable[[str], str | None] = shutil.which,
) -> None:
    """Build ``stack`` from the engine's configuration; ``folder`` holds the settings of the other stacks, ``which``
    finds programs.

    Raises :class:`pulumi.RunError` with one line a problem.
    """
    rarely_collected()
    # One language host hands the configuration over in the environment, another through the SDK.
    configuration = {**get_config_env(), **CONFIG.get()}
    try:
        plan = _planned(stack, configuration, folder, today, catalogue)
    except MystiraError as error:
        raise pulumi.RunError(f"the settings cannot be built\n{error}") from None
    if plan.get(KUBERNETES) and not which(LOGIN):
        missing = Problem("PATH", "the cluster is logged in to with a program that is not there", "no kubelogin", TOOL)
        raise pulumi.RunError(str(missing))
    for notice in plan.notices:
        pulumi.log.warn(notice.text)
    for name, value in guarded_build(plan, hooks=hooks).outputs.items():
        pulumi.export(name, value)


def _planned(
    stack: str, configuration: Mapping[str, str], folder: Path, today: date, catalogue: Catalogue | None
) -> StackPlan:
    context = context_from_engine(stack, configuration, folder, today, catalogue)
    plan = make_plan(context)
    outside: dict[str, list[str]] = {}
    for secret in plan.get(SECRETS) or ():
        if secret.external and not secret.in_vault:
            outside.setdefault(secret.external, []).append(secret.service)
    logs = plan.get(LOGS)
    missing = [
        *secret_problems(file_name(stack), context.settings, configuration),
        *external_problems(file_name(stack), outside, configuration),
        *webhook_problems(file_name(stack), logs.webhooks if logs else {}, configuration),
    ]
    if missing:
        raise InvalidInput(missing)
    return plan


def guarded_build(plan: StackPlan, *, hooks: bool, begins: Begins = lambda _: None) -> Site:
    """Install the guard, register everything of the plan and return what was built.

    ``hooks`` is off under Pulumi's mocks; ``begins`` is told of each part before it is built. Raises
    :class:`pulumi.RunError` for entries of ``adopt`` that no resource answers to.
    """
    replaceable = frozenset(plan.replacements)
    guard = install_guard(
        adopt=plan.adopt,
        absent_owners=plan.unowned,
        replaceable=replaceable,
        tagged_images=plan.environment == TAGGED_IMAGES,
        phases=Phases(plan.phases, plan.live_subnets),
        subscription=plan.subscription_id,
        hooks=hooks,
    )

    def building(part: str) -> None:
        guard.phases.part = part
        begins(part)

    site = build(plan, building, guard.registered)
    guard.warn_without_effect()
    unused = guard.unused()
    if unused:
        raise pulumi.RunError("\n".join(f"{file_name(plan.stack)}: {problem}" for problem in unused))
    return site


def build(plan: StackPlan, begins: Begins = lambda _: None, registered: Sequence[Registered] = ()) -> Site:
    """Register everything of the plan, part by part, and return what was built; ``registered`` is what the guard sees
    of it."""
    site = Site(plan, azure_provider(plan), registered)
    for tenant in plan.tenants:
        site.providers.put(tenant.key, tenant_provider(tenant))
    for part in parts_of(plan.environment):
        if part.key in plan.parts:
            begins(part.key)
            BUILDERS[part](site, plan.parts[part.key])
    return site
