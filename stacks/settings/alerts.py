"""The settings of alerts: who hears of what."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Text

RouteName = Literal["page", "notify", "inform"]
"""How urgent an alert is: severity 0 and 1, 2, 3 and 4."""

WebhookName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]

ReceiverNames = Annotated[tuple[Text, ...], Field(min_length=1, strict=False)]


class Routes(Section):
    """Which of `monitoring.receivers` are written to, by the severity of an alert."""

    page: ReceiverNames | None = None
    """Who hears of severity 0 and 1: something is down or about to be. Left out: every receiver."""
    notify: ReceiverNames | None = None
    """Who hears of severity 2: something needs a person today. Left out: every receiver."""
    inform: ReceiverNames | None = None
    """Who hears of severity 3 and 4: something is worth knowing. Left out: every receiver."""


class Alerts(Section):
    """Who hears of what."""

    routes: Routes = Routes()
    """Who is written to, by severity."""
    webhooks: dict[WebhookName, Annotated[tuple[RouteName, ...], Field(min_length=1, strict=False)]] = Field(default={})
    """Flows and other programs that alerts are posted to, by a name of your choice, each with the routes that it is
    for: {teams: [page, notify]}. The address of each is the configuration secret webhooks.<name>."""
