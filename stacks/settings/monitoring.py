"""The settings of logs and alerts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Email, Text


class Receiver(Section):
    """A person or a mailing list that receives alerts."""

    name: Text
    """Its name in the action group, such as technical-lead."""
    email: Email
    """Its e-mail address."""


class Monitoring(Section):
    """The Log Analytics workspace, and who receives alerts."""

    retention_days: Annotated[int, Field(ge=30, le=730)]
    """How long logs are kept, 30 to 730 days."""
    daily_cap_gb: Annotated[float, Field(ge=0.023, strict=False)] | None = None
    """The most that is ingested in a day, in GB, at least 0.023; what comes after it is lost. Left out: no cap."""

    action_group_short_name: Annotated[str, Field(min_length=1, max_length=12)]
    """The sender that text messages and e-mails show, 1 to 12 characters."""
    receivers: tuple[Receiver, ...] = Field(min_length=1, strict=False)
    """Who receives alerts; at least one."""
