"""``make bench``: prints what the design asks to hold, and fails when something does not."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from offline.commands.output import reported
from offline.engine.run import TODAY
from stacks.build.recording import Planned, recording_of
from stacks.plan.load import PROJECT, plan_of
from stacks.settings.loading import STACKS
from tools.bench.critical_path import Times, times_of
from tools.bench.speed import Row, check_row, import_row, policies_row, preview_rows

LONGEST_MINUTES = 30
RATIO = 1.05

console = Console(highlight=False, soft_wrap=True)
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def found_in(stack: str) -> tuple[Planned, ...]:
    """What a stack registers from its committed settings."""
    return recording_of(plan_of(stack, PROJECT, TODAY)).everything


@app.command()
def main(
    runs: Annotated[int, typer.Option(help="runs of each measurement")] = 3,
    paths: Annotated[bool, typer.Option(help="print the critical paths only")] = False,
) -> None:
    """Critical path of every stack, then the speed of the program."""
    registered = {stack: found_in(stack) for stack in STACKS}
    times = {stack: times_of(found) for stack, found in registered.items()}
    for stack, each in times.items():
        _print_path(stack, each)
    rows = [
        row
        for stack, each in times.items()
        for row in (
            Row(f"{stack}: critical path, against the longest unavoidable chain", each.ratio, RATIO, ""),
            Row(f"{stack}: critical path in minutes of Azure", each.minutes, LONGEST_MINUTES, "", " min"),
        )
    ]
    if not paths:
        rows += [import_row(runs), *preview_rows(registered["prod"], runs), policies_row(runs), check_row()]
    _print_rows(rows)
    raise typer.Exit(0 if all(row.holds for row in rows) else 1)


def _print_path(stack: str, times: Times) -> None:
    table = Table(title=f"{stack}: {times.minutes:.1f} min of {times.work:.0f} min of work", title_justify="left")
    for column in ("starts", "takes", "resource", "source"):
        table.add_column(column, justify="right" if column in ("starts", "takes") else "left")
    for step in times.path:
        table.add_row(f"{step.start:.1f}", f"{step.duration.minutes:g}", step.key, step.duration.source)
    console.print(table)
    longest, needed = [step.key for step in times.path], [step.key for step in times.unavoidable]
    minutes = times.unavoidable[-1].end if times.unavoidable else 0.0
    same = "the same" if longest == needed else " → ".join(needed)
    console.print(f"The longest chain that Azure itself asks for takes {minutes:.1f} min: {same}")


def _print_rows(rows: list[Row]) -> None:
    table = Table(title="Numbers to hold", title_justify="left")
    for column in ("what", "measured", "limit", "holds", "detail"):
        table.add_column(column)
    for row in rows:
        measured, limit = f"{row.measured:.2f}{row.unit}", f"{row.limit:g}{row.unit}"
        table.add_row(row.what, measured, limit, "yes" if row.holds else "NO", row.detail)
    console.print(table)


if __name__ == "__main__":
    sys.exit(reported(lambda: app(standalone_mode=False)))
