"""The state of an AI account, which takes other operations only once it is provisioned."""

from __future__ import annotations

from collections.abc import Iterator

from components.ai.facts import PROVISIONED
from offline.azure.behaviour import FAILED, at
from offline.azure.errors import ArmError
from offline.world.objects import CloudObject

ACCEPTED = "Accepted"
"""The state of an account while it or anything below it is being written."""


def state_refusals(account: CloudObject, *, busy: bool = False) -> Iterator[ArmError]:
    """How Azure refuses what comes in any other state. ``busy`` is whether another operation on it is under way."""
    nested = str(at(account.body, "properties", "provisioningState"))
    state = FAILED if account.body.get("provisioningState") == FAILED else ACCEPTED if busy else nested
    if state != PROVISIONED:
        message = (
            f"Call to Microsoft.CognitiveServices/accounts failed. Error message: Account {account.id} in state {state}"
        )
        advice = "wait until it is Succeeded (hashicorp/terraform-provider-azurerm #15152, #31712)"
        yield ArmError("AccountProvisioningStateInvalid", message, advice)
