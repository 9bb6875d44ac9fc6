"""The settings of alerts: what is noticed, and who hears of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Duration, Moment, Text

RouteName = Literal["page", "notify", "inform"]
"""How urgent an alert is: severity 0 and 1, 2, 3 and 4."""

WebhookName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]

RuleName = Annotated[str, Field(pattern=r"^[a-z]+$")]

ReceiverNames = Annotated[tuple[Text, ...], Field(min_length=1, strict=False)]


class Routes(Section):
    """Which of `monitoring.receivers` are written to, by the severity of an alert."""

    page: ReceiverNames | None = None
    """Who hears of severity 0 and 1: something is down or about to be. Left out: every receiver."""
    notify: ReceiverNames | None = None
    """Who hears of severity 2: something needs a person today. Left out: every receiver."""
    inform: ReceiverNames | None = None
    """Who hears of severity 3 and 4: something is worth knowing. Left out: every receiver."""


class Change(Section):
    """What is different about a rule here."""

    threshold: Annotated[float, Field(strict=False)] | None = None
    """From where on it fires, in the unit of its metric. Left out: the rule's own."""
    window: Duration | None = None
    """Over how long it looks, such as PT15M. Left out: the rule's own."""
    frequency: Duration | None = None
    """How often it looks, at most once a window. Left out: the rule's own."""
    reason: Text
    """Why."""


class QuietTime(Section):
    """A time in which alerts of severity 2 to 4 reach nobody."""

    begins: Moment = Field(alias="from")
    """Its first minute, UTC."""
    until: Moment
    """Its last minute, UTC; it must not have passed."""
    reason: Text
    """Why, for whoever misses an alert."""


class SharedAlerts(Section):
    """What is noticed, and when nobody hears of it."""

    changes: dict[RuleName, Change] = Field(default={})
    """What is different about rules here, by the rule's id (docs/runbooks/alerts.md). A rule is turned off by a waiver
    alert-<rule>."""
    quiet: tuple[QuietTime, ...] = Field(default=(), strict=False)
    """Times in which alerts of severity 2 to 4 reach nobody; what is critical always does."""


class Alerts(SharedAlerts):
    """What is noticed, and who hears of it."""

    routes: Routes = Routes()
    """Who is written to, by severity."""
    minimum_requests: Annotated[int, Field(ge=0)] = 20
    """How many requests, calls or lookups there must be in a window before their share of failures, of slow ones or of
    hits counts; 0: however few."""
    webhooks: dict[WebhookName, Annotated[tuple[RouteName, ...], Field(min_length=1, strict=False)]] = Field(default={})
    """Flows and other programs that alerts are posted to, by a name of your choice, each with the routes that it is
    for: {teams: [page, notify]}. The address of each is the configuration secret webhooks.<name>."""
