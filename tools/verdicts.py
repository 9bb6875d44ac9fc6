"""What this project says to the findings of scanners: tables beside their manifests."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter

from tools.python_tools import CHECKOV, TOOLS
from tools.scan_templates import Result

TEMPLATES = CHECKOV.manifest / "verdicts.toml"
"""checkov on ARM templates."""
OBJECTS = CHECKOV.manifest / "kubernetes.toml"
"""checkov on the objects in the clusters."""
SCORES = TOOLS / "kube-score" / "verdicts.toml"
"""kube-score on the same objects."""
IDLE = "{idle}"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One row; exactly one of ``rule``, ``control`` and ``refuted`` is set."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    checks: tuple[str, ...]
    type: str
    """A pattern of the resource's type."""
    names: str = "*"
    """A pattern of the resource's name; ``{idle}`` stands for each service that has no pods in the stack: a job, or one
    whose rollout is off."""
    stacks: tuple[str, ...] = ()
    """Empty: every stack."""
    rule: str = ""
    control: int = 0
    refuted: str = ""

    def is_about(self, stack: str, found: Result, idle: Collection[str] = ()) -> bool:
        """Whether a finding in a stack is one of this row."""
        names = [self.names.replace(IDLE, each) for each in idle] if IDLE in self.names else [self.names]
        return (
            found.check in self.checks
            and (not self.stacks or stack in self.stacks)
            and fnmatchcase(found.type, self.type)
            and any(fnmatchcase(found.name, each) for each in names)
        )


def verdicts(file: Path) -> tuple[Verdict, ...]:
    """A table. Raises ``ValueError`` for a row that says what no row says, without a reason or with two."""
    rows = TypeAdapter(tuple[Verdict, ...]).validate_python(tomllib.loads(file.read_text())["verdict"])
    for row in rows:
        if sum(map(bool, (row.rule, row.control, row.refuted))) != 1:
            raise ValueError(f"{row.checks} {row.type}: one of rule, control, refuted")
    return rows


def objections(
    rows: Sequence[Verdict],
    failed: Mapping[str, Collection[Result]],
    waived: Mapping[str, Collection[str]],
    idle: Mapping[str, Collection[str]] | None = None,
) -> Iterator[str]:
    """What is wrong with a table: a finding without a row or with two, a row without a finding, and a rule that is
    not waived where it is broken. ``failed``, ``waived`` and ``idle``, the services without pods, are by stack."""
    used: set[tuple[Verdict, str]] = set()
    for stack, findings in failed.items():
        for found in sorted(findings):
            about = [row for row in rows if row.is_about(stack, found, (idle or {}).get(stack, ()))]
            if len(about) != 1:
                what = "no row" if not about else f"{len(about)} rows"
                yield f"{stack}: {found.check} {found.type} {found.name}: {what} in the table"
            for row in about:
                used.add((row, found.check))
                if row.rule and row.rule not in waived[stack]:
                    yield f"{stack}: {found.check} {found.type} {found.name}: mystira:waivers.{row.rule} is not there"
    for row in rows:
        for check in row.checks:
            if (row, check) not in used:
                yield f"{check} {row.type}: nothing fails any more; take it out of the table"
