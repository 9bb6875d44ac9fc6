"""The two halves of a deployment: a plan that is shown, and the update that does what was shown and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from components.problems import MystiraError
from mystira.ci import engine
from mystira.ci.engine import Pulumi
from mystira.ci.sealing import NotOpened, Wrapper, opened, write_sealed
from mystira.ci.state import check_pending, fingerprint, previous_commit
from stacks.plan.load import PROJECT
from stacks.reports.events import read_events

READ = "docs/runbooks/pipelines.md"
HISTORY = "50"
"""How many updates are looked at for the commit before."""


class Moved(MystiraError):
    """The state is no longer the one that the plan was made on."""


class Refused(MystiraError):
    """The report or the gate refuses a preview."""


@dataclass(frozen=True)
class Planned:
    """A plan, as it is sealed."""

    stack: str
    commit: str
    state: str
    """The fingerprint of the state that it was made on."""
    plan: str
    """What `pulumi preview --save-plan` wrote."""


@dataclass(frozen=True)
class Outcome:
    """What the rest of a workflow needs to know of a plan."""

    changes: bool
    """Whether it changes a resource or an output."""
    previous: str
    """The commit that is up now, or the one before it where that is this one; empty: none."""
    report: str
    """The report, in Markdown."""


def policies() -> tuple[str, ...]:
    """The policy pack, for a preview or an update."""
    return ("--policy-pack", str(engine.POLICIES))


def purpose(stack: str, commit: str) -> str:
    """What a sealed plan is for: it opens for the same stack and commit only."""
    return f"plan {stack} {commit}"


def make(pulumi: Pulumi, commit: str, output: Path, wrapper: Wrapper) -> Outcome:
    """Preview a stack and write the sealed plan to ``output``. Raises :class:`Refused` where the report refuses it."""
    exported = pulumi.exported()
    check_pending(pulumi.stack, exported)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan, stream = folder / "plan.json", folder / "events.jsonl"
        pulumi.run("preview", "--save-plan", str(plan), *previewed(stream))
        report = reported(pulumi.stack, stream, folder / "report.md")
        planned = Planned(pulumi.stack, commit, fingerprint(exported), plan.read_text())
        write_sealed(output, json.dumps(asdict(planned)).encode(), purpose(pulumi.stack, commit), wrapper)
        updates = pulumi.json("stack", "history", "--page-size", HISTORY)
        changes = not read_events(stream.read_text(), stream.name).does_nothing
        return Outcome(changes, previous_commit(updates, commit), report)


def apply(pulumi: Pulumi, commit: str, sealed: Path, wrapper: Wrapper) -> None:
    """Do what the plan says. Raises :class:`Moved` before anything is changed where the state is another by now."""
    content = opened(sealed.read_bytes(), purpose(pulumi.stack, commit), wrapper)
    try:
        planned = Planned(**json.loads(content))
    except (TypeError, ValueError) as error:
        raise NotOpened(f"{sealed.name}: no plan; seen: {error}; read: {READ}") from error
    exported = pulumi.exported()
    check_pending(pulumi.stack, exported)
    if fingerprint(exported) != planned.state:
        raise Moved(
            f"{pulumi.stack}: the state has moved since the plan was made; allowed: a plan of the state as it is: "
            f"run the workflow again; read: {READ}"
        )
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.json"
        plan.touch(mode=0o600)
        plan.write_text(planned.plan)
        pulumi.run("up", "--plan", str(plan), "--yes", "--skip-preview", "--suppress-outputs", *policies())


def previewed(stream: Path) -> tuple[str, ...]:
    """The arguments of every preview of a pipeline."""
    return ("--event-log", str(stream), "--suppress-outputs", *policies())


def reported(stack: str, stream: Path, output: Path, base: Path | None = None) -> str:
    """The report of a preview, compared with the tables of the ``base`` commit where it has written some. Raises
    :class:`Refused` with the report where it, or the gate, refuses."""
    compared = ("--base", str(base)) if base is not None and base.exists() else ()
    code = mystira("report", stack, "--from", str(stream), *compared, "--output", str(output))
    if not output.exists():
        raise MystiraError(f"{stack}: no report; seen: mystira report ended with {code}; its output says why")
    text = output.read_text()
    if code or mystira("gate", stack, "--from", str(stream)):
        raise Refused(f"{stack}: the report refuses this change\n\n{text}")
    return text


def mystira(*arguments: str, folder: Path = PROJECT) -> int:
    """Run a command of this project as a person does, and return its exit code."""
    return subprocess.run([*program(), *arguments], cwd=folder, check=False).returncode


def program() -> Sequence[str]:
    """`mystira`, with this checkout's Python."""
    return (sys.executable, "-m", "mystira")
