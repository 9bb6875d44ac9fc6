"""``python -m stacks``: check the settings, show a plan, write what is generated from both."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from components.problems import InvalidInput, MystiraError
from stacks.adopt import live_ids, matches, write_entries
from stacks.build.registrations import registrations_of
from stacks.catalogue import CATALOGUE
from stacks.clock import today
from stacks.generated import GENERATED
from stacks.plan import EnvironmentPlan, StackPlan, make_plan
from stacks.quota_report import needs_of
from stacks.quota_report import report as quota_report
from stacks.secret_report import report
from stacks.settings import Settings, from_file
from stacks.settings.loading import STACKS, file_name

PROJECT = Path(__file__).resolve().parents[1]

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(highlight=False, soft_wrap=True)


def plan_of(stack: str, folder: Path, day: date) -> StackPlan:
    """The plan of a stack from the settings files in ``folder``. Raises ``InvalidInput`` with every problem."""
    others: dict[str, Settings] = {}
    settings = from_file(stack, folder)
    for name in STACKS:
        if name != stack:
            try:
                others[name] = from_file(name, folder)
            except InvalidInput:
                # The mistakes of another file are told when that file's own turn comes.
                continue
    return make_plan(settings, CATALOGUE, stack=stack, today=day, others=others)


@app.command()
def check(
    stacks: Annotated[list[str] | None, typer.Argument(help="stacks to check; all of them by default")] = None,
    folder: Annotated[Path, typer.Option(help="where the settings files are")] = PROJECT,
) -> None:
    """Check settings and catalogue: every problem of every file at once."""
    found: list[str] = []
    for stack in stacks or STACKS:
        try:
            plan_of(stack, folder, today())
        except InvalidInput as error:
            found += [str(problem) for problem in error.problems]
    for line in found:
        console.print(line, style="red", markup=False)
    if found:
        raise typer.Exit(1)
    console.print(f"{', '.join(stacks or STACKS)}: no problems")


@app.command()
def show(stack: Annotated[str, typer.Argument(help="shared, dev, staging or prod")]) -> None:
    """Show the names of a stack's plan."""
    table = Table(title=stack, title_justify="left")
    for heading in ("tier", "group", "name"):
        table.add_column(heading)
    for group in plan_of(stack, PROJECT, today()).groups:
        table.add_row(str(group.tier), group.key, group.name)
    console.print(table)


@app.command()
def adopt(
    stack: Annotated[str, typer.Argument(help="shared, dev, staging or prod")],
    source: Annotated[Path, typer.Option("--from", help="a Terraform state file, or one resource id a line")],
    folder: Annotated[Path, typer.Option(help="where the settings files are")] = PROJECT,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="write nothing")] = False,
) -> None:
    """Write the entries of `mystira:adopt` for live resources that match the plan, list those that do not and why."""
    try:
        plan = plan_of(stack, folder, today())
        found = matches(live_ids(source), [each for each in registrations_of(plan) if each.adoptable])
    except InvalidInput as error:
        for problem in error.problems:
            console.print(str(problem), style="red", markup=False)
        raise typer.Exit(1) from None
    entries = {match.key: match.id for match in found if match.key}
    new = 0 if dry_run else write_entries(folder / file_name(stack), entries)
    for match in found:
        console.print(f"{match.key or 'not matched'}: {match.id}" + (f" ({match.reason})" if match.reason else ""))
    written = "nothing written" if dry_run else f"{new} new in {file_name(stack)}"
    console.print(f"{len(entries)} of {len(found)} matched, {written}; next: pulumi preview -s {stack}")


@app.command()
def grants(stack: Annotated[str, typer.Argument(help="dev, staging or prod")]) -> None:
    """Print the SQL that says who may do what in the databases of an environment (docs/runbooks/postgresql.md)."""
    plan = plan_of(stack, PROJECT, today())
    if not isinstance(plan, EnvironmentPlan):
        console.print(f"{stack}: has no databases", style="red", markup=False)
        raise typer.Exit(1)
    print(plan.stores.postgresql.script, end="")


@app.command()
def secrets(
    stack: Annotated[str, typer.Argument(help="dev, staging or prod")],
    state: Annotated[str, typer.Option(help="a file with the output of `pulumi stack export`, or - for the input")],
    folder: Annotated[Path, typer.Option(help="where the settings files are")] = PROJECT,
) -> None:
    """Report age, end and owner of every secret; exit code 1 when one is expired, too old or not there."""
    try:
        plan = plan_of(stack, folder, today())
        if not isinstance(plan, EnvironmentPlan):
            raise MystiraError(f"{stack} has no vaults; allowed: dev, staging, prod")
        lines = report(plan, sys.stdin.read() if state == "-" else Path(state).read_text(), today())
    except (MystiraError, OSError) as error:
        console.print(f"error: {error}", style="red", markup=False)
        raise typer.Exit(1) from None
    table = Table(title=f"{stack}, as of its last update or refresh", title_justify="left")
    for heading in ("secret", "owner", "age, days", "at most", "expires", ""):
        table.add_column(heading, overflow="fold")
    for line in lines:
        age = "" if line.age_days is None else str(line.age_days)
        style = "red" if line.bad else None
        most, expires = str(line.maximum_age_days), str(line.expires_on or "")
        table.add_row(line.place, line.owner, age, most, expires, line.verdict, style=style)
    console.print(table)
    bad = sum(line.bad for line in lines)
    console.print(f"{len(lines)} secrets, {bad} to see to")
    if bad:
        raise typer.Exit(1)


@app.command()
def quota(
    stack: Annotated[str, typer.Argument(help="dev, staging or prod")],
    usage: Annotated[str, typer.Option(help="a file with `az vm list-usage -o json`, or - for the input")] = "",
    folder: Annotated[Path, typer.Option(help="where the settings files are")] = PROJECT,
) -> None:
    """Show the vCPUs that an environment's pools need; with `--usage`, exit code 1 when a quota is too small."""
    try:
        plan = plan_of(stack, folder, today())
        if not isinstance(plan, EnvironmentPlan):
            raise MystiraError(f"{stack} has no cluster; allowed: dev, staging, prod")
        text = sys.stdin.read() if usage == "-" else Path(usage).read_text() if usage else ""
        lines = list(quota_report(needs_of(plan), text))
    except (MystiraError, OSError) as error:
        console.print(f"error: {error}", style="red", markup=False)
        raise typer.Exit(1) from None
    table = Table(title=f"{stack}, vCPUs in {plan.region}", title_justify="left")
    for heading in ("quota", "at first", "at most", "in an upgrade", "limit", "in use", ""):
        table.add_column(heading, overflow="fold")
    for line in lines:
        need = line.need
        known = ["" if each is None else str(each) for each in (line.limit, line.used)]
        numbers = [str(each) for each in (need.minimum, need.maximum, need.upgrade)]
        table.add_row(need.name, *numbers, *known, line.verdict, style="red" if line.bad else None)
    console.print(table)
    if any(line.bad for line in lines):
        raise typer.Exit(1)


@app.command()
def generate(check_only: Annotated[bool, typer.Option("--check", help="write nothing, fail if stale")] = False) -> None:
    """Write the pages and files that are generated, or say which of them are stale."""
    stale: list[str] = []
    for name, make in GENERATED.items():
        file = PROJECT / name
        text = make()
        if file.exists() and file.read_text() == text:
            continue
        stale.append(name)
        if not check_only:
            file.write_text(text)
    for name in stale:
        console.print(f"{name}: {'stale, run `python -m stacks generate`' if check_only else 'written'}")
    if stale and check_only:
        raise typer.Exit(1)


if __name__ == "__main__":
    sys.exit(app())
