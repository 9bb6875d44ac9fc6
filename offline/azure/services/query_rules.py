"""Microsoft.Insights: rules that ask a workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from offline.azure.behaviour import Behaviour, Request
from offline.azure.errors import ArmError
from offline.rpc.protocol import Properties

WINDOWS = ("PT1M", "PT5M", "PT10M", "PT15M", "PT30M", "PT45M", "PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H", "P1D")
LONGEST = "P2D"
"""How far back a rule looks at most."""
SOURCE = "hashicorp/terraform-provider-azurerm: monitor_scheduled_query_rules_alert_v2_resource.go"


class ScheduledQueryRule(Behaviour):
    """A rule keeps the scope that it was made with."""

    fills_in: ClassVar[Properties] = {"enabled": True, "tags": {}}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        scopes = request.inputs.get("scopes")
        if request.old is not None and scopes != request.old.body.get("scopes"):
            yield ArmError("BadRequest", "Scope can not be updated", "replace the rule, and delete the old one first")
        for name, allowed in (("evaluationFrequency", WINDOWS), ("windowSize", (*WINDOWS, LONGEST))):
            value = request.inputs.get(name)
            if value is not None and value not in allowed:
                message = f"The value '{value}' of '{name}' is not supported."
                yield ArmError("BadRequest", message, f"one of {', '.join(allowed)} ({SOURCE})")

    def computed(self, request: Request) -> Properties:
        stored = request.inputs.get("checkWorkspaceAlertsStorageConfigured")
        return {"isWorkspaceAlertsStorageConfigured": stored} if stored is not None else {}


BEHAVIOURS: Mapping[str, Behaviour] = {"azure-native:monitor:ScheduledQueryRule": ScheduledQueryRule()}
