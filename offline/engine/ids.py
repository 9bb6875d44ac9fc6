"""Who a planned resource is: its id in the state, and in the record of operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.facts.ids import made_id
from components.facts.model import DirectoryType, KubernetesType, ResourceType
from components.facts.types import REGISTERED_BY_TOKEN
from components.facts.wire import UNKNOWN_STRINGS
from offline.engine.run import Engine
from offline.entra.objects import found
from offline.kubernetes.kinds import object_id, world_id
from offline.kubernetes.options import IDENTIFIER
from offline.world.store import World

PROVIDER = "pulumi:providers:azure-native"
CLUSTERS, KUBERNETES = "pulumi:providers:kubernetes", "kubernetes:"
"""The provider of what is in a cluster, and the beginning of its types."""


@dataclass(frozen=True)
class Places:
    """Where the resources of a stack are, beside what their inputs say."""

    subscriptions: Mapping[str, str]
    """By the URN of a provider of Azure: its subscription."""
    clusters: Mapping[str, str]
    """By the URN of a provider of what is in a cluster: which cluster it is."""


def places_of(engine: Engine, stack: str) -> Places:
    """Where the resources of a stack are, by its state."""
    resources = engine.resources(stack)
    azure = {str(each["urn"]): str(each["inputs"]["subscriptionId"]) for each in resources if each["type"] == PROVIDER}
    clusters = (each for each in resources if each["type"] == CLUSTERS)
    names = {str(each["urn"]): str((each.get("inputs") or {}).get(IDENTIFIER) or "") for each in clusters}
    return Places(azure, names)


def id_of(engine: Engine, resource: Mapping[str, Any], places: Places) -> str:
    """The id that follows from a resource's inputs; empty if one of them is unknown or the type is neither Azure's nor
    Entra's nor Kubernetes'. Entra draws its ids: what the inputs describe is looked up."""
    token, inputs = str(resource["type"]), resource.get("inputs") or {}
    row = REGISTERED_BY_TOKEN.get(token)
    if isinstance(row, DirectoryType):
        return found(World(engine.home.cloud), row, inputs)
    if isinstance(row, KubernetesType):
        id = object_id(inputs if row.metadata else {"metadata": inputs})
        return "" if any(part in UNKNOWN_STRINGS for part in id.split("/")) else id
    if not isinstance(row, ResourceType):
        return ""
    try:
        return made_id(row, {**inputs, "subscriptionId": places.subscriptions.get(_provider(resource), "")})
    except (KeyError, ValueError):
        return ""


def recorded_id(places: Places, resource: Mapping[str, Any], id: str) -> str:
    """The id by which the record of operations knows a resource: that of an object in a cluster names the cluster and
    the kind too."""
    token = str(resource["type"])
    if not token.startswith(KUBERNETES) or not id:
        return id
    return world_id(places.clusters.get(_provider(resource), ""), token, id)


def _provider(resource: Mapping[str, Any]) -> str:
    """The URN of its provider."""
    return str(resource.get("provider") or "").rpartition("::")[0]
