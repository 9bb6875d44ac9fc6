"""`mystira secrets` and `mystira quota`: plans compared with what the state or Azure says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer
from rich.table import Table

from components.problems import MystiraError
from mystira.choosing import Folder, Stack, plan_for
from mystira.files import text_of
from offline.commands.output import FAILED, AsJson, console, ended, print_json, say
from stacks.clock import today
from stacks.parts.aks.plan import AKS
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER
from stacks.parts.secrets.plan import SECRETS
from stacks.parts.vaults.plan import VAULTS
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from stacks.reports import quota as quotas
from stacks.reports import secrets as ages


def secrets(
    stack: Stack,
    state: Annotated[str, typer.Option(help="a file with the output of `pulumi stack export`, or - for stdin")],
    folder: Folder = PROJECT,
    as_json: AsJson = False,
) -> None:
    """Report age, expiry and owner of every secret and key; exit code 1 when one is expired, too old or missing."""
    secret_report(plan_for(stack, folder), text_of(state), today(), as_json=as_json)


def secret_report(plan: StackPlan, state: str, day: date, *, as_json: bool) -> None:
    """Print the report; ends with exit code 1 when a secret needs attention."""
    lines = secret_lines(plan, state, day)
    bad = sum(line.bad for line in lines)
    if as_json:
        print_json({"stack": plan.stack, "secrets": lines})
    else:
        _print_ages(plan.stack, lines)
        say(f"{len(lines)} secrets and keys, {bad} to see to")
    ended(FAILED if bad else 0)


def secret_lines(plan: StackPlan, state: str, day: date) -> list[ages.Line]:
    """Every secret and key of a stack. Raises :class:`~components.problems.MystiraError` for a stack without vaults."""
    secrets = plan.get(SECRETS)
    if secrets is None:
        raise MystiraError(f"{plan.stack} has no vaults; allowed: an environment, such as dev")
    return [*ages.report(plan.stack, secrets, state, day), *ages.key_report(plan.of(VAULTS).vaults, state, day)]


def _print_ages(stack: str, lines: Sequence[ages.Line]) -> None:
    table = Table(title=f"{stack}, as of its last update or refresh", title_justify="left")
    for heading in ("secret", "owner", "age, days", "at most", "expires", ""):
        table.add_column(heading, overflow="fold")
    for line in lines:
        age = "" if line.age_days is None else str(line.age_days)
        most, expires = str(line.maximum_age_days), str(line.expires_on or "")
        style = "red" if line.bad else None
        table.add_row(line.place, line.owner, age, most, expires, line.verdict, style=style)
    console.print(table)


def quota(
    stack: Stack,
    usage: Annotated[
        str, typer.Option(help="a file with the output of `az vm list-usage -o json`, or - for stdin")
    ] = "",
    postgresql: Annotated[
        bool, typer.Option("--postgresql", help="the vCores of the PostgreSQL server, which has separate quotas")
    ] = False,
    folder: Folder = PROJECT,
    as_json: AsJson = False,
) -> None:
    """Show the vCPUs that a stack's node pools need; with `--usage`, exit code 1 when a quota is too small."""
    plan = plan_for(stack, folder)
    aks, database = plan.get(AKS), plan.get(POSTGRESQL_SERVER)
    if aks is None or database is None:
        raise MystiraError(f"{stack} has no cluster; allowed: an environment, such as dev")
    needs = quotas.database_needs_of(database.server) if postgresql else quotas.needs_of(aks)
    lines = list(quotas.report(needs, text_of(usage) if usage else None))
    if as_json:
        print_json({"stack": stack, "region": plan.region, "quotas": lines})
    else:
        _print_quotas(stack, plan.region, lines)
    ended(FAILED if any(line.bad for line in lines) else 0)


def _print_quotas(stack: str, region: str, lines: Sequence[quotas.Line]) -> None:
    table = Table(title=f"{stack}, vCPUs in {region}", title_justify="left")
    for heading in ("quota", "at first", "at most", "in an upgrade", "limit", "in use", ""):
        table.add_column(heading, overflow="fold")
    for line in lines:
        known = ["" if each is None else str(each) for each in (line.limit, line.used)]
        needed = [str(each) for each in (line.need.minimum, line.need.maximum, line.need.upgrade)]
        table.add_row(line.need.name, *needed, *known, line.verdict, style="red" if line.bad else None)
    console.print(table)
