"""The settings of what watches a whole subscription."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Day, Email, Guid, word

DefenderPlan = Annotated[str, Field(min_length=1), word("Defender plan")]


class Subscription(Section):
    """What watches the whole subscription. Of the stacks in it, one is its owner."""

    owner: bool = False
    """Whether this stack watches the subscription: its activity log, health, deletions, changes by hand, security and
    cost. One stack of each subscription does."""
    deployers: tuple[Guid, ...] = Field(default=(), strict=False)
    """Who besides the pipelines of its stacks brings them up, by the object ids of people or applications: an owner
    needs at least one. What anybody else changes of roles, security groups and the firewalls of databases is told."""
    security_contacts: tuple[Email, ...] = Field(default=(), strict=False)
    """Whom Microsoft Defender for Cloud writes to; an owner needs at least one."""
    defender_plans: tuple[DefenderPlan, ...] = Field(default=(), strict=False)
    """The plans of Microsoft Defender that a person switches on, such as KeyVaults. Left out: none."""
    anomaly_until: Day | None = None
    """The last day of mails about unexpected costs, at most a year ahead. Left out: there are none."""
