"""`mystira bootstrap`: `shared` with its state in the store that `shared` itself makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from components.problems import InvalidInput, MystiraError, Problem
from mystira.bootstrapping import Bootstrap, CheckoutPulumi, Target
from mystira.choosing import plan_for
from mystira.preflight.command import show
from mystira.preflight.preflight import preflight
from offline.commands.output import say
from stacks.parts.state.plan import CONTAINER_SCOPE, READ, STATE, key_scope
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from stacks.settings.loading import NAMESPACE, SHARED, file_name

FOLDER = PROJECT / ".bootstrap"
"""Where the state is until the store exists."""

ROLES = ((CONTAINER_SCOPE, "blob-contributor"), (key_scope(SHARED), "key-vault-crypto-user"))
"""The roles that Pulumi needs to work on `shared`: where, and which."""


def bootstrap(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="create without showing a preview and asking")] = False,
) -> None:
    """Bring `shared` up at Azure and move its state into the account that it makes, encrypted with a key in its vault.

    Once for a platform, with the `pulumi` and the login of this machine. A run that was killed is started again; once
    the state is there, another run only shows that nothing would change.
    """
    plan = plan_for(SHARED)
    problems = [*plan.fictitious, *missing_roles(plan)]
    if problems:
        raise InvalidInput(problems)
    engine = CheckoutPulumi.on(PROJECT, FOLDER)
    engine.install()
    store = plan.of(STATE)
    target = Target(store.backend, store.secrets_providers[SHARED])
    settings = PROJECT / file_name(SHARED)
    Bootstrap(engine, SHARED, target, settings, lambda: check(SHARED), ask=not yes).run()
    say(f"Next: commit {settings.name}; then: pulumi login '{target.backend}'")
    for stack, provider in store.secrets_providers.items():
        if stack != SHARED:
            say(f"  pulumi stack init {stack} --secrets-provider {provider}")


def check(stack: str) -> None:
    """Print what `mystira preflight` finds. Raises ``MystiraError`` unless the deployment may begin."""
    report = preflight(stack)
    show(report)
    if report.exit_code:
        raise MystiraError(f"`mystira preflight {stack}` found what would stop this, see above")


def missing_roles(plan: StackPlan) -> Iterator[Problem]:
    """The roles that nobody would have: Pulumi could neither read nor write the state that it has just moved."""
    given = {(grant.scope, grant.role.key) for grant in plan.grants}
    for scope, role in ROLES:
        if (scope, role) not in given:
            path = f"{file_name(plan.stack)}: {NAMESPACE}:access"
            what = f"nobody has the role {role} at {scope}, without which Pulumi cannot use the state"
            yield Problem(path, what, "", "an entry for whoever deploys, or a group of theirs", READ)
