"""What a pull request would do: offline to what the base commit brought up, and to the real state of each stack."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from components.problems import MystiraError
from mystira.ci import plans
from mystira.ci.engine import Pulumi, PulumiFailed
from mystira.ci.state import check_pending
from offline.commands.output import say
from offline.engine.home import HOME_VARIABLE, Home
from stacks.plan.load import PROJECT

REPORT = "report.md"


def compare(stacks: Sequence[str], base: Path, output: Path, head: Path = PROJECT) -> list[str]:
    """Bring the base commit up offline and preview this one over it, stack by stack; a report of each in ``output``.

    Returns the stacks whose report refuses the change. Raises :class:`~components.problems.MystiraError` where the base
    commit itself does not come up.
    """
    home = Home.default()
    for stack in stacks:
        say(f"{stack}: bringing up the base commit", style="bold")
        if bring_up(stack, base, home):
            raise MystiraError(f"{stack}: the base commit does not come up offline; its output says why")
    refused = []
    for stack in stacks:
        with tempfile.TemporaryDirectory() as folder:
            stream, tables = Path(folder) / "events.jsonl", Path(folder) / "tables.json"
            # A base commit from before this command writes none, and the report compares nothing.
            in_base(base, home, "report", stack, "--tables", str(tables))
            plans.mystira("offline", "preview", stack, "--event-log", str(stream), folder=head)
            if not reported(stack, stack, stream, output, tables):
                refused.append(stack)
    return refused


def bring_up(stack: str, base: Path, home: Home) -> int:
    """Bring up one stack of another checkout, with its own Python, in this world; the exit code."""
    arguments = ("up", "--stack", stack, "--yes", "--skip-preview", "--suppress-outputs")
    return in_base(base, home, "offline", "pulumi", "--", *arguments)


def in_base(base: Path, home: Home, *arguments: str) -> int:
    """Run `mystira` of another checkout, with its own Python where it has one; the exit code."""
    own = base / ".venv" / "bin" / "python"
    command = [str(own) if own.exists() else plans.program()[0], "-m", "mystira", *arguments]
    variables = {**os.environ, HOME_VARIABLE: str(home.root.resolve()), "PYTHONPATH": str(base.resolve())}
    return subprocess.run(command, cwd=base, env=variables, check=False).returncode


def preview(pulumi: Pulumi, output: Path) -> bool:
    """Preview a stack on its real state; whether its report accepts the change."""
    check_pending(pulumi.stack, pulumi.exported())
    with tempfile.TemporaryDirectory() as folder:
        stream = Path(folder) / "events.jsonl"
        try:
            pulumi.run("preview", *plans.previewed(stream))
        except PulumiFailed as error:
            say(str(error), style="red")
        return reported(pulumi.stack, f"{pulumi.stack} (Azure)", stream, output)


def reported(stack: str, name: str, stream: Path, output: Path, base: Path | None = None) -> bool:
    """Write the report of an event stream, whatever it says; whether it and the gate accept the change.

    A preview that ended before its first event has no stream: that is an error, never "no changes".
    """
    file = output / name / REPORT
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    try:
        if not stream.exists():
            raise MystiraError(f"{stack}: the preview failed before it began; the log of the job says why")
        plans.reported(stack, stream, file, base)
    except plans.Refused:
        return False
    except MystiraError as error:
        file.write_text(f"**Error.** {error}\n")
        return False
    return True
