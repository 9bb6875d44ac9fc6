"""`mystira rehearse`: a stack up and down again, under names that nobody else uses."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from components.problems import InvalidInput, MystiraError, Problem
from mystira.choosing import Stack, chosen, plan_for
from mystira.rehearsal import READ, Rehearsal, azure_engine, offline_engine
from offline.commands.output import say
from offline.engine.home import Home
from stacks.parts.mail.plan import MAIL, VERIFIED
from stacks.plan.load import PROJECT
from stacks.settings.loading import SHARED, file_name, from_file, stacks_in

AZURE_FOLDER = PROJECT / ".rehearsals"
"""Where the state of rehearsals at Azure is kept: outside the offline world, which `make reset` deletes."""


def rehearse(
    stack: Stack,
    instance: Annotated[
        str, typer.Option(help="mystira:naming.instance of the rehearsal: one or two lower-case letters or digits")
    ] = "r1",
    subscription: Annotated[str, typer.Option(help="an empty subscription at Azure; without it: offline")] = "",
    tenant: Annotated[str, typer.Option(help="the tenant of that subscription")] = "",
    keep: Annotated[bool, typer.Option("--keep", help="leave everything up; --down takes it down later")] = False,
    down: Annotated[bool, typer.Option("--down", help="only take down what an earlier rehearsal left")] = False,
) -> None:
    """Bring a stack up with the stacks that it reads, show that a second run changes nothing, and take all down.

    Settings and state are copies: no live stack is touched. Offline by default; with --subscription and --tenant at
    Azure, with the `pulumi` and the login of this machine. What fails is taken down as well, unless --keep is given.
    """
    chosen([stack], PROJECT)
    _check(instance, subscription, tenant)
    folder = _folder(stack, offline=not subscription)
    engine = azure_engine(folder) if subscription else offline_engine(folder)
    settings = {"naming.instance": instance}
    if subscription:
        settings |= {"azure.tenant_id": tenant, "azure.subscription_id": subscription}
    rehearsal = Rehearsal(engine, stack, settings, _own())
    standing = rehearsal.standing()
    if standing and not down:
        raise MystiraError(
            f"a rehearsal of {stack} is still up; seen: resources in {', '.join(standing)}; "
            f"allowed: mystira rehearse {stack}{_same(subscription, tenant)} --down"
        )
    try:
        if not down:
            rehearsal.up()
    finally:
        if not keep:
            vaults = list(rehearsal.vaults())
            rehearsal.down()
            shutil.rmtree(folder)
            if subscription and vaults:
                say(f"Azure keeps the names of deleted vaults: purge {', '.join(vaults)}, or take another --instance")
    for step, seconds in rehearsal.taken.items():
        say(f"{step}: {seconds:.0f} s")
    if keep:
        say(f"{stack} is up; next: mystira rehearse {stack}{_same(subscription, tenant)} --down")


def _own() -> dict[str, dict[str, str]]:
    """What `shared` cannot rehearse: nobody verifies a mail domain for an hour."""
    domain = plan_for(SHARED).of(MAIL).domain
    return {SHARED: {VERIFIED: "false"}} if domain and domain.verified else {}


def _check(instance: str, subscription: str, tenant: str) -> None:
    problems: list[Problem] = []
    if not 1 <= len(instance) <= 2 or not (instance.isascii() and instance.isalnum() and instance == instance.lower()):
        problems.append(Problem("--instance", "not a name", instance, "one or two lower-case letters or digits"))
    if bool(subscription) != bool(tenant):
        seen = f"only --{'subscription' if subscription else 'tenant'}"
        problems.append(Problem("--subscription, --tenant", "one without the other", seen, "both, or none", READ))
    for stack in stacks_in(PROJECT) if subscription else ():
        live = str(from_file(stack, PROJECT).azure.subscription_id)
        if subscription.lower() == live:
            path = f"{file_name(stack)}: mystira:azure.subscription_id"
            problems.append(Problem("--subscription", f"{path} names it", subscription, "an empty subscription", READ))
    if problems:
        raise InvalidInput(problems)


def _folder(stack: str, *, offline: bool) -> Path:
    return (Home.default().root / "rehearsals" if offline else AZURE_FOLDER) / stack


def _same(subscription: str, tenant: str) -> str:
    return f" --subscription {subscription} --tenant {tenant}" if subscription else ""
