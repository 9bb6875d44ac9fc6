"""What a comment is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from stacks.reports.cost import Difference
from stacks.reports.events import Run
from stacks.reports.gate import Verdict
from stacks.reports.tables import Tables


@dataclass(frozen=True)
class Subject:
    """One preview of one stack, and everything that is known of it."""

    stack: str
    today: date
    run: Run | None = None
    """The preview; ``None`` where there is none, or none that can be read."""
    verdict: Verdict | None = None
    """What the gate says about it."""
    head: Tables | None = None
    """The tables of the change; ``None`` where its settings cannot be built."""
    base: Tables | None = None
    """The tables of what the change starts from; ``None`` where nobody wrote them."""
    cost: Difference | None = None
    """What it adds to the bill."""
    problems: tuple[str, ...] = ()
    """Why the settings cannot be built, or the preview cannot be read."""

    @property
    def error(self) -> bool:
        """Whether there is no preview to judge."""
        return bool(self.problems) or self.run is None or not self.run.succeeded

    @property
    def refused(self) -> bool:
        """Whether the gate names a resource, or a mandatory policy is broken. The engine may call the preview failed
        then as well."""
        gate = self.verdict is not None and any(each.key for each in self.verdict.refusals)
        return gate or any(each.level == "mandatory" for each in (self.run.violations if self.run else ()))

    @property
    def passes(self) -> bool:
        """Whether the change may be merged as far as this preview goes."""
        return not self.error and not self.refused
