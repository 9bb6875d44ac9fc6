"""The command."""

from __future__ import annotations

from rich.table import Table

from mystira.choosing import Folder, Stack
from mystira.preflight.preflight import preflight as asked
from mystira.preflight.report import Report, Verdict
from offline.commands.output import AsJson, console, ended, print_json, say
from stacks.plan.load import PROJECT

STYLES = {Verdict.REFUSED: "red", Verdict.UNREACHABLE: "yellow", Verdict.OK: None, Verdict.SKIPPED: "dim"}


def preflight(stack: Stack, folder: Folder = PROJECT, as_json: AsJson = False) -> None:
    """Ask whether a stack can come up: tools, sign-in, rights, resource providers, names, quotas, models.

    Nothing is changed. Exit code 1 when something refuses the stack, 2 when Azure could not be asked. Settings with a
    fictitious tenant or subscription are answered by the offline cloud.
    """
    report = asked(stack, folder)
    if as_json:
        print_json(
            {"stack": report.stack, "where": report.where, "exit_code": report.exit_code, "findings": report.findings}
        )
    else:
        show(report)
    ended(report.exit_code)


def show(report: Report) -> None:
    """Print a report for people: every check in one table, then what to do, one line each."""
    table = Table(title=f"{report.stack}, as {report.where} answers", title_justify="left")
    for heading in ("check", "", "found"):
        table.add_column(heading, overflow="fold")
    for finding in report.findings:
        table.add_row(finding.check, finding.verdict, finding.text, style=STYLES[finding.verdict])
    console.print(table)
    for finding in (*report.of(Verdict.REFUSED), *report.of(Verdict.UNREACHABLE)):
        say(str(finding), style=STYLES[finding.verdict])
    if not report.exit_code:
        say(f"{report.stack} can come up")
