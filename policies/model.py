"""The shape of one rule, and of what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from policies.values import Resource

Seen = Iterable[Any]
"""What breaks a rule, each as text that a person reads; :data:`~policies.values.UNKNOWN` where a preview cannot tell.
Nothing: the rule is kept."""

Check = Callable[[Resource], Seen]
"""Looks at one resource."""

Among = Callable[[Resource, Sequence[Resource]], Seen]
"""Looks at one resource among all of its stack."""


class Severity(StrEnum):
    """How bad it is to break a rule. All of them stop the run: the order is that of reports."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of the pack."""

    key: str
    """Its id: in messages, in ``mystira:waivers`` and in docs/policies.md."""
    severity: Severity
    demands: str
    """What it asks for, as the end of "the rule that …"."""
    risk: str
    """What happens otherwise, in one sentence."""
    fix: str
    """What to do about it."""
    kinds: tuple[str, ...]
    """The keys of the types that it looks at."""
    check: Check | None = None
    among: Among | None = None
    """Instead of ``check`` where the rule is about what is, or is not, around a resource."""
    outputs: bool = False
    """Whether it looks at what resources and the stack put out, too."""
    answers: tuple[str, ...] = ()
    """The public rules that it answers: PSRule (AZR-000200), checkov (CKV_AZURE_44), APRL (its first eight digits), the
    controls of the Microsoft cloud security benchmark (MCSB NS-2)."""
    planned: bool = False
    """Whether a part has the rule under the same id (``Part.rules``): the plan already asks it of the settings, demands
    the waiver, and refuses an idle one."""
    lasting: bool = False
    """Whether a live resource that is taken over may break it whatever the settings say: Azure takes it at creation
    only, or somebody else owns it. Then the plan cannot tell an idle waiver."""


@dataclass(frozen=True)
class Finding:
    """A resource that breaks a rule."""

    rule: Rule
    resource: Resource
    seen: str

    @property
    def message(self) -> str:
        """What a person reads."""
        rule = self.rule
        return (
            f"{rule.key}: {self.resource.kind} {self.resource.name}: {rule.risk} Seen: {self.seen}. Fix: {rule.fix} "
            f"(docs/policies.md, or a waiver mystira:waivers.{rule.key})"
        )
