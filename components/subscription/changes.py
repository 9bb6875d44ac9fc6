"""The rule that tells of changes by others."""

from __future__ import annotations

import pulumi

from components.alerts.query_alert import Question, query_alert
from components.placement import Placement


class ChangesByOthers(pulumi.ComponentResource):
    """A question to the workspace about the activity log, which an activity log alert cannot ask: its conditions have
    no negation (S1-093)."""

    TOKEN = "mystira:subscription:ChangesByOthers"

    def __init__(
        self, name: str, question: Question, place: Placement, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        query_alert(question, place, pulumi.ResourceOptions(parent=self))
        self.register_outputs({})
