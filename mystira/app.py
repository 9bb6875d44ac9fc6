"""`mystira`: every command of this project in one place."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

from typer.main import get_command

from mystira import (
    accept,
    adopt,
    alerts,
    arm,
    around,
    backup,
    bootstrap,
    check,
    consumers,
    cost,
    deleted,
    diff,
    drift,
    explain,
    links,
    offline,
    pictures,
    plans,
    promote,
    rehearse,
    render,
    reports,
    review,
    smoke,
    status,
    swap,
    verify_email,
)
from mystira.ci import command as ci
from mystira.preflight.command import preflight
from offline.commands.output import group, reported
from stacks.build.garbage import rarely_collected

PROGRAM = "mystira"

app = group(
    "Check, explain and rehearse the Mystira platform on Azure. Deploying is Pulumi's: `pulumi up -s dev`.",
    add_completion=True,
)
app.command()(check.check)
app.command()(status.status)
app.command()(plans.show)
app.command()(plans.grants)
app.command()(review.report)
app.command()(review.gate)
app.command()(cost.cost)
app.command()(explain.explain)
app.command()(diff.diff)
app.command()(pictures.graph)
app.command()(render.render)
app.command()(reports.secrets)
app.command()(reports.quota)
app.command()(adopt.adopt)
app.command()(accept.accept)
app.command()(preflight)
app.command()(rehearse.rehearse)
app.command()(arm.arm)
app.command()(bootstrap.bootstrap)
app.command()(verify_email.verify_email)
app.command()(swap.swap)
app.command()(consumers.consumers)
app.command()(deleted.deleted)
app.command()(drift.drift)
app.command()(smoke.smoke)
app.command()(around.around)
app.command()(links.links)
app.command()(backup.backup)
app.command()(promote.promote)
app.add_typer(alerts.app, name="alerts")
app.add_typer(ci.app, name="ci")
app.add_typer(offline.app, name="offline")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line, by default that of the process, and return its exit code."""
    rarely_collected()
    line = list(sys.argv[1:] if arguments is None else arguments)
    return reported(lambda: _command()(line, prog_name=PROGRAM, standalone_mode=False))


@cache
def _command() -> Any:
    """All commands, which typer reads from the functions' signatures; it would do so for every line."""
    return get_command(app)
