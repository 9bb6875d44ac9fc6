"""Microsoft.Resources: resource groups."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.behaviour import Behaviour

BEHAVIOURS: Mapping[str, Behaviour] = {
    "azure-native:resources:ResourceGroup": Behaviour(),
}
