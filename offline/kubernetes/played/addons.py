"""What AKS itself puts into a cluster: its storage classes, and the kinds of the Key Vault driver where that is on.

AKS' own pods are not made: their room is kept free on the nodes (``nodes.py``).
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from offline.azure.behaviour import at
from offline.kubernetes.played.api import Object
from offline.kubernetes.played.definitions.secret_store import DEFINITIONS
from offline.kubernetes.played.installs import ensure, install
from offline.kubernetes.played.kinds import DEFINITION, STORAGE_CLASS
from offline.kubernetes.played.scheduler import WAITS
from offline.kubernetes.played.turn import Turn, holds
from offline.kubernetes.played.volumes import DRIVER

CLASSES: Mapping[str, str] = {
    "default": "StandardSSD_LRS",
    "managed": "StandardSSD_LRS",
    "managed-csi": "StandardSSD_LRS",
    "managed-csi-premium": "Premium_LRS",
    "managed-premium": "Premium_LRS",
}
"""The disk classes of AKS, each with its SKU (Microsoft: Storage classes in AKS)."""

TRIES, PAUSE_SECONDS = 100, 0.05
"""How often, and how long apart, the server is asked whether it serves an add-on's kinds: a busy machine is slow."""


def act(turn: Turn) -> None:
    """Put in what is missing."""
    there = {each["metadata"]["name"] for each in turn.api.list(STORAGE_CLASS)}
    for name, sku in CLASSES.items():
        if name not in there:
            ensure(turn.api, _storage_class(name, sku))
    if at(turn.cluster.body, "addonProfiles", "azureKeyvaultSecretsProvider", "enabled"):
        known = all(holds(turn.api.get(DEFINITION, each.name), "Established") for each in DEFINITIONS)
        tries = 0 if known else TRIES
        # Azure says that a cluster is made when its add-ons are in it.
        while tries and install(turn.api, DEFINITIONS, {"addonmanager.kubernetes.io/mode": "Reconcile"}):
            tries -= 1
            time.sleep(PAUSE_SECONDS)


def _storage_class(name: str, sku: str) -> Object:
    return {
        "apiVersion": STORAGE_CLASS.api_version,
        "kind": STORAGE_CLASS.kind,
        "metadata": {
            "name": name,
            "labels": {"addonmanager.kubernetes.io/mode": "EnsureExists", "kubernetes.io/cluster-service": "true"},
            "annotations": {"storageclass.kubernetes.io/is-default-class": str(name == "default").lower()},
        },
        "provisioner": DRIVER,
        "parameters": {"skuname": sku},
        "reclaimPolicy": "Delete",
        "volumeBindingMode": WAITS,
        "allowVolumeExpansion": True,
    }
