"""Azure Container Registry."""

from __future__ import annotations

from components.facts.creation import documented, marked
from components.facts.duration_sources import APPLY_LOG
from components.facts.model import GROUP, NAME_RULES, Duration, NameRule, Naming, ResourceType, Scope

TIERS = "Microsoft: Azure Container Registry service tiers"

HOST_SUFFIX = ".azurecr.io"
"""What follows a registry's name in its host."""

PREMIUM = "Premium"

_REGISTRY = GROUP + "/providers/Microsoft.ContainerRegistry/registries/{registryName}"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="container-registry",
        token="azure-native:containerregistry:Registry",
        arm="Microsoft.ContainerRegistry/registries",
        id_template=_REGISTRY,
        name_input="registryName",
        naming=Naming.COMPACT,
        abbreviation="acr",
        rule=NameRule(
            5,
            50,
            r"[A-Za-z0-9]+",
            Scope.GLOBAL,
            NAME_RULES,
            disagreement="terraform-azurerm-naming and azurecaf say 1-63",
        ),
        taggable=True,
        holds_data=True,
        diagnostics=("allLogs",),
        private_link=("registry",),
        creation_only=(
            *marked("2023-01-01-preview", "location"),
            *documented("Microsoft: Enable zone redundancy in Azure Container Registry", "zoneRedundancy"),
        ),
        duration=Duration(0.5, 30, f"{APPLY_LOG}: 18 s; Premium assumed to be longer"),
    ),
    ResourceType(
        key="registry-replication",
        token="azure-native:containerregistry:Replication",
        arm="Microsoft.ContainerRegistry/registries/replications",
        id_template=_REGISTRY + "/replications/{replicationName}",
        name_input="replicationName",
        naming=Naming.IN_PARENT,
        rule=NameRule(5, 50, r"[A-Za-z0-9]+", Scope.PARENT, "azure-native: containerregistry.Replication"),
        taggable=True,
        creation_only=(
            *marked("2024-11-01-preview", "location"),
            *documented("Microsoft: Enable zone redundancy in Azure Container Registry", "zoneRedundancy"),
        ),
        duration=Duration(2, 30),
    ),
)
