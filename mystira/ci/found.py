"""What a look at a stack found, kept as a file for the job that writes issues: that one logs in nowhere."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from components.problems import MystiraError
from mystira.ci.engine import Pulumi, PulumiFailed
from mystira.ci.issues import State
from mystira.reports import secret_lines
from stacks.clock import today
from stacks.parts.secrets.plan import SECRETS
from stacks.reports.secrets import UnreadableState


@dataclass(frozen=True)
class Found:
    """What was found of one stack."""

    stack: str
    state: State
    lines: tuple[str, ...]
    """What a person reads of it."""

    @property
    def text(self) -> str:
        """The lines as Markdown."""
        return "\n\n".join(self.lines)


def due(pulumi: Pulumi) -> Found:
    """Age and end of every secret and key of a stack. A stack without vaults has none."""
    if pulumi.plan.get(SECRETS) is None:
        return Found(pulumi.stack, State.CLEAN, (f"{pulumi.stack}: no vaults",))
    try:
        lines = secret_lines(pulumi.plan, pulumi.exported(), today())
    except (PulumiFailed, UnreadableState) as error:
        return Found(pulumi.stack, State.ERROR, (str(error),))
    told = tuple(f"{each.place} ({each.owner or 'Key Vault'}): {each.verdict}" for each in lines if each.bad)
    ends = sorted(str(each.expires_on) for each in lines if each.expires_on)
    total = f"{pulumi.stack}: {len(lines)} secrets and keys, {len(told)} to see to" + (
        f"; the first ends on {ends[0]}" if ends else ""
    )
    return Found(pulumi.stack, State.FOUND if told else State.CLEAN, (*told, total))


def write(found: Found, folder: Path) -> None:
    """Write ``<stack>.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{found.stack}.json").write_text(json.dumps(asdict(found)))


def read(file: Path) -> Found:
    """What :func:`write` wrote. Raises :class:`~components.problems.MystiraError` for anything else."""
    try:
        document = json.loads(file.read_text())
        return Found(str(document["stack"]), State(document["state"]), tuple(map(str, document["lines"])))
    except (ValueError, KeyError, TypeError) as error:
        raise MystiraError(f"{file.name}: not what a look writes; seen: {error!r}") from error
