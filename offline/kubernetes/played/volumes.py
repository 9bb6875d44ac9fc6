"""The disk driver: volumes for claims, their growth and their end. The controller manager binds them."""

from __future__ import annotations

from offline.kubernetes.played.api import ApiError, Object
from offline.kubernetes.played.kinds import CLAIM, NODE, STORAGE_CLASS, VOLUME
from offline.kubernetes.played.nodes import DISK_ZONE_LABEL
from offline.kubernetes.played.scheduler import SELECTED_NODE, WAITS
from offline.kubernetes.played.turn import CONFLICT, Turn
from offline.kubernetes.quantities import amount

DRIVER = "disk.csi.azure.com"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"


def act(turn: Turn) -> None:
    """Provision, grow and delete what the claims ask for."""
    volumes = {each["metadata"]["name"]: each for each in turn.api.list(VOLUME)}
    claims = turn.api.list(CLAIM)
    if not claims and not volumes:
        return
    classes = {each["metadata"]["name"]: each for each in turn.api.list(STORAGE_CLASS)}
    for claim in claims:
        made = classes.get(str(claim["spec"].get("storageClassName") or ""))
        if made is None or made.get("provisioner") != DRIVER or claim["metadata"].get("deletionTimestamp"):
            continue
        if not claim["spec"].get("volumeName"):
            _provision(turn, claim, made, volumes)
        elif made.get("allowVolumeExpansion"):
            _grow(turn, claim, volumes.get(claim["spec"]["volumeName"]))
    for name, volume in volumes.items():
        ours = (volume["metadata"].get("annotations") or {}).get(PROVISIONED_BY) == DRIVER
        released = (volume.get("status") or {}).get("phase") == "Released"
        if ours and released and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete":
            turn.api.delete(VOLUME, name)


def _provision(turn: Turn, claim: Object, made: Object, volumes: dict[str, Object]) -> None:
    node = (claim["metadata"].get("annotations") or {}).get(SELECTED_NODE)
    name = f"pvc-{claim['metadata']['uid']}"
    if name in volumes or (made.get("volumeBindingMode") == WAITS and node is None):
        return
    chosen = turn.api.get(NODE, node) if node else next(iter(turn.api.list(NODE)), None)
    if chosen is None:
        return
    parameters = made.get("parameters") or {}
    sku = str(parameters.get("skuName") or parameters.get("skuname") or "StandardSSD_LRS")
    zone = "" if sku.endswith("_ZRS") else (chosen["metadata"].get("labels") or {}).get(DISK_ZONE_LABEL) or ""
    metadata = claim["metadata"]
    body: Object = {
        "apiVersion": VOLUME.api_version,
        "kind": VOLUME.kind,
        "metadata": {"name": name, "annotations": {PROVISIONED_BY: DRIVER}},
        "spec": {
            "accessModes": claim["spec"]["accessModes"],
            "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
            "claimRef": {
                "apiVersion": CLAIM.api_version,
                "kind": CLAIM.kind,
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                "uid": metadata["uid"],
            },
            "csi": {
                "driver": DRIVER,
                "fsType": str(parameters.get("fsType") or parameters.get("csi.storage.k8s.io/fstype") or "ext4"),
                "volumeHandle": f"{_group(turn)}/providers/Microsoft.Compute/disks/{name}",
                "volumeAttributes": {"skuName": sku},
            },
            "persistentVolumeReclaimPolicy": made.get("reclaimPolicy") or "Delete",
            "storageClassName": made["metadata"]["name"],
            "volumeMode": claim["spec"].get("volumeMode") or "Filesystem",
            **({"nodeAffinity": {"required": _in_zone(zone)}} if zone else {}),
        },
    }
    try:
        turn.api.create(body)
    except ApiError as error:
        if error.code != CONFLICT:
            raise
    text = f"Successfully provisioned volume {name}"
    turn.event(claim, f"{DRIVER}_csi-azuredisk-controller", "ProvisioningSucceeded", text, warning=False)


def _grow(turn: Turn, claim: Object, volume: Object | None) -> None:
    """Give a claim the size that it asks for; a disk never shrinks."""
    wanted = claim["spec"]["resources"]["requests"]["storage"]
    has = ((claim.get("status") or {}).get("capacity") or {}).get("storage")
    if volume is None or not has or amount(wanted) <= amount(has):
        return
    size = {"capacity": {"storage": wanted}}
    turn.api.patch(VOLUME, volume["metadata"]["name"], "", {"spec": size})
    turn.api.patch_status(CLAIM, claim["metadata"]["name"], claim["metadata"]["namespace"], size)


def _group(turn: Turn) -> str:
    """The group of the nodes, where their disks are."""
    return f"{'/'.join(turn.cluster.id.split('/')[:3])}/resourceGroups/{turn.cluster.body.get('nodeResourceGroup')}"


def _in_zone(zone: str) -> Object:
    return {"nodeSelectorTerms": [{"matchExpressions": [{"key": DISK_ZONE_LABEL, "operator": "In", "values": [zone]}]}]}
