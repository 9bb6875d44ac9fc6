"""The public rules for the types used here, each answered by a rule of ours, or not for a reason (register.tsv).

Read for it: PSRule for Azure, baseline Azure.GA_2026_03 (Critical and Important, and what else a rule answers);
checkov 3.3.13, its Terraform checks; Azure Proactive Resiliency Library v2 of 2026-07-21, recommendations of high
impact.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policies.rules.every import RULES

FILE = Path(__file__).with_suffix(".tsv")
PLANNED = "rule "
"""How a reason begins that names a rule of the plan alone."""


@dataclass(frozen=True)
class Public:
    """A public rule for a type that is used here."""

    source: str
    """PSRule, checkov or APRL."""
    id: str
    """AZR-000200, or its name where the reference was not found; CKV_AZURE_44; the first eight digits of APRL's id."""
    name: str
    level: str
    """Critical, Important, Awareness or High; checkov has none."""
    types: str
    """The keys of the types that it is about; subscription or everything."""
    why_not: str
    """Why no rule of the pack answers it. Empty: one does."""

    @property
    def planned(self) -> str:
        """The key of the rule of the plan that answers it; empty: none does."""
        return self.why_not.removeprefix(PLANNED).partition(":")[0] if self.why_not.startswith(PLANNED) else ""


def register() -> tuple[Public, ...]:
    """Every public rule that was looked at."""
    with FILE.open(newline="") as file:
        _, *rows = csv.reader(file, delimiter="\t")
    return tuple(Public(*row) for row in rows)


def answers() -> Mapping[str, Sequence[str]]:
    """The keys of the rules that answer a public one, by its id."""
    found: dict[str, list[str]] = defaultdict(list)
    for rule in RULES.values():
        for each in rule.answers:
            found[each].append(rule.key)
    return found
