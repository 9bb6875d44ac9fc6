"""Microsoft.Resources: resource groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from offline.azure.behaviour import Behaviour
from offline.rpc.protocol import Properties


class Group(Behaviour):
    fills_in: ClassVar[Properties] = {"properties": {"provisioningState": "Succeeded"}}


BEHAVIOURS: Mapping[str, Behaviour] = {
    "azure-native:resources:ResourceGroup": Group(),
}
