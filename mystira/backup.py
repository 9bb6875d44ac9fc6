"""`mystira backup`: a backup of a stack's PostgreSQL server, now."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from components.facts.ids import made_id
from components.facts.types import RESOURCE_TYPES
from components.problems import InvalidInput, MystiraError, Problem
from mystira.choosing import Folder, Stack, plan_for
from mystira.preflight.arm import Arm
from mystira.preflight.login import credential
from offline.commands.output import say
from stacks.parts.groups.plan import GROUPS
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan

VERSION = "2025-08-01"
READ = "docs/runbooks/postgresql.md"
NAME = re.compile(r"[-\w.]{1,128}")
"""Azure's own rule for the name of a backup (Microsoft.DBforPostgreSQL: Backups Automatic And On Demand - Create)."""
BETWEEN_SECONDS = 15.0
LOOKS = 80
"""Twenty minutes: a job that applies ends after thirty."""


def backup(
    stack: Stack,
    name: Annotated[
        str, typer.Option(help="the name of the backup; by default the time, such as 20261122T070000")
    ] = "",
    folder: Folder = PROJECT,
) -> None:
    """Have Azure back up the PostgreSQL server of a stack, and wait until it has; exit code 1 where it has not.

    It is kept as long as the server's own backups are. Uses the login that preflight uses.
    """
    plan = plan_for(stack, folder)
    name = name or datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    if not NAME.fullmatch(name):
        raise InvalidInput([Problem("--name", "no name of a backup", name, "letters, digits, _ - . alone", READ)])
    server = server_of(plan)
    arm = Arm(credential(plan.tenant_id, plan.subscription_id, os.environ))
    say(f"{stack}: backup {name} of {server.rpartition('/')[2]}, complete at {back_up(arm, server, name)}")


def server_of(plan: StackPlan) -> str:
    """The id of the server. Raises :class:`~components.problems.MystiraError` where the stack has none."""
    found = plan.get(POSTGRESQL_SERVER)
    if found is None:
        raise MystiraError(f"{plan.stack} has no databases; allowed: an environment, such as prod")
    groups = {group.key: group.name for tier in plan.of(GROUPS) for group in tier.groups}
    place: Mapping[str, Any] = {
        "subscriptionId": plan.subscription_id,
        "resourceGroupName": groups["core"],
        "serverName": found.server.name,
    }
    return made_id(RESOURCE_TYPES["postgresql-server"], place)


def back_up(arm: Arm, server: str, name: str, wait: Callable[[float], None] = time.sleep) -> str:
    """Start a backup and wait for its end; the time of it, as Azure says.

    The answer to the request says nothing of the backup: it is looked at until it has a time of completion.
    """
    path = f"{server}/backups/{name}"
    arm.put(path, VERSION)
    for _ in range(LOOKS):
        found = arm.found(path, VERSION)
        completed = (found.get("properties") or {}).get("completedTime") if found else None
        if completed:
            return str(completed)
        wait(BETWEEN_SECONDS)
    raise MystiraError(f"{name}: not complete after {LOOKS * BETWEEN_SECONDS / 60:.0f} minutes; read: {READ}")
