"""`mystira bootstrap`: `shared` with its state in the store that `shared` itself makes."""

from __future__ import annotations

from typing import Annotated

import typer

from components.problems import InvalidInput, MystiraError
from mystira.bootstrapping import Bootstrap, CheckoutPulumi, Target
from mystira.choosing import plan_for
from mystira.preflight.command import show
from mystira.preflight.preflight import preflight
from offline.commands.output import say
from stacks.parts.state.plan import STATE
from stacks.plan.load import PROJECT
from stacks.settings.loading import SHARED, file_name

FOLDER = PROJECT / ".bootstrap"
"""Where the state is until the store exists."""


def bootstrap(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="create without showing a preview and asking")] = False,
) -> None:
    """Bring `shared` up at Azure and move its state into the account that it makes, encrypted with a key in its vault.

    Once for a platform, with the `pulumi` and the login of this machine. A run that was killed is started again; once
    the state is there, another run only shows that nothing would change.
    """
    plan = plan_for(SHARED)
    if plan.fictitious:
        raise InvalidInput(plan.fictitious)
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
