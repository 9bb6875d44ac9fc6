"""The nodes of a cluster, from the node pools of the world; the autoscaler that adds one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from components.aks.facts import LOG_AGENT
from components.facts.vm_sizes import AGENTS, SYSTEM_ADDONS, VM_SIZES, agents_of, allocatable
from offline.azure.behaviour import at, guid
from offline.azure.inputs import place
from offline.kubernetes.played.api import ApiError, Object
from offline.kubernetes.played.kinds import NODE
from offline.kubernetes.played.turn import CONFLICT, Turn, conditions, stamp

POOL_LABEL = "kubernetes.azure.com/agentpool"
ZONE_LABEL = "topology.kubernetes.io/zone"
DISK_ZONE_LABEL = "topology.disk.csi.azure.com/zone"
SCRATCH_PERCENT = 90
"""How much of a node's disk pods may fill before the kubelet evicts (Kubernetes: Node-pressure Eviction, nodefs)."""

READY = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)


@dataclass(frozen=True)
class Pool:
    """A node pool, as its cluster lists it."""

    name: str
    profile: dict[str, Any]
    region: str
    digits: str
    """Eight digits that Azure puts into the names of the nodes."""
    agents: tuple[str, ...] = ()
    """The agents that AKS runs, keys of :data:`components.facts.vm_sizes.AGENTS`."""

    @property
    def smallest(self) -> int:
        """With how many nodes it begins."""
        return int(self.profile.get("count") or 0)

    @property
    def largest(self) -> int:
        """How many nodes the autoscaler makes at most; without one, as many as there are."""
        scaled = self.profile.get("enableAutoScaling")
        return int(self.profile.get("maxCount") or 0) if scaled else self.smallest

    def node(self, number: int) -> Object:
        """The node with this number, from 0 on."""
        return {
            "apiVersion": NODE.api_version,
            "kind": NODE.kind,
            "metadata": {
                "name": f"aks-{self.name}-{self.digits}-vmss{_base36(number):0>6}",
                "labels": self._labels(number),
            },
            "spec": {
                "providerID": f"azure:///pools/{self.name}/{number}",
                "taints": [_taint(each) for each in self.profile.get("nodeTaints") or []],
            },
            "status": self._status(),
        }

    def _labels(self, number: int) -> dict[str, str]:
        zones = self.profile.get("availabilityZones") or []
        # A node outside zones is in the fault domain 0, and its disks are in no zone (Microsoft: AKS
        # availability zones).
        zone = f"{self.region}-{zones[number % len(zones)]}" if zones else "0"
        name = f"aks-{self.name}-{self.digits}-vmss{_base36(number):0>6}"
        return {
            "agentpool": self.name,
            POOL_LABEL: self.name,
            "kubernetes.azure.com/mode": str(self.profile.get("mode") or "User").lower(),
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
            "node.kubernetes.io/instance-type": str(self.profile.get("vmSize")),
            "topology.kubernetes.io/region": self.region,
            ZONE_LABEL: zone,
            DISK_ZONE_LABEL: zone if zones else "",
            **(self.profile.get("nodeLabels") or {}),
        }

    def _status(self) -> Object:
        size = VM_SIZES[str(self.profile["vmSize"])]
        room = allocatable(size, int(self.profile["maxPods"]), self.agents)
        cores, memory, pods = room.millicores, room.memory_mib, room.pods
        if self.profile.get("mode") == "System":
            # What AKS runs once is spread over the nodes with which the pool begins; none of its pods is made.
            share = max(int(self.profile.get("minCount") or self.smallest), 1)
            # Live machines may be too small for all of it: some of those pods would wait.
            cores, memory, pods = (
                max(have - -(-used // share), 0)
                for have, used in zip((cores, memory, pods), self._run_once(), strict=True)
            )
        disk = int(self.profile.get("osDiskSizeGB") or 0)
        return {
            "capacity": {
                "cpu": str(size.vcpus),
                "memory": f"{size.memory_mib}Mi",
                "pods": str(self.profile["maxPods"]),
                "ephemeral-storage": f"{disk}Gi",
            },
            "allocatable": {
                "cpu": f"{cores}m",
                "memory": f"{memory}Mi",
                "pods": str(pods),
                "ephemeral-storage": f"{disk * SCRATCH_PERCENT * 1024 // 100}Mi",
            },
            "nodeInfo": {
                "architecture": "amd64",
                "bootID": "",
                "containerRuntimeVersion": "containerd://2.0.0",
                "kernelVersion": "",
                "kubeProxyVersion": "",
                "kubeletVersion": f"v{self.profile.get('currentOrchestratorVersion')}",
                "machineID": "",
                "operatingSystem": "linux",
                "osImage": str(self.profile.get("nodeImageVersion")),
                "systemUUID": "",
            },
        }

    def _run_once(self) -> tuple[int, int, int]:
        """What the pods that AKS runs once request together, and how many they are."""
        cores, memory, pods = SYSTEM_ADDONS
        for agent in (each for key in self.agents for each in AGENTS[key]):
            cores += agent.copies * agent.millicores
            memory += agent.copies * agent.memory_mib
            pods += agent.copies
        return cores, memory, pods


def pools_of(turn: Turn) -> list[Pool]:
    """The pools of the cluster whose nodes run."""
    body = turn.cluster.body
    agents = agents_of(
        prometheus=bool(at(body, "azureMonitorProfile", "metrics", "enabled")),
        container_logs=bool(at(body, "addonProfiles", LOG_AGENT, "enabled")),
    )
    return [
        Pool(
            name=str(each["name"]),
            profile=each,
            region=place(body.get("location")),
            digits=str(int(guid(turn.cluster.id, str(each["name"]))[:8], 16) % 10**8).zfill(8),
            agents=agents,
        )
        for each in body.get("agentPoolProfiles") or []
        if each.get("vmSize") in VM_SIZES
    ]


def keep(turn: Turn) -> list[Object]:
    """Make the nodes with which the pools begin, and remove those of pools that went. Returns the nodes there are."""
    there = {each["metadata"]["name"]: each for each in turn.api.list(NODE)}
    pools = {pool.name: pool for pool in pools_of(turn)}
    for name, node in list(there.items()):
        if pool_of(node) not in pools:
            turn.api.delete(NODE, name)
            del there[name]
    for pool in pools.values():
        mine = [each for each in there.values() if pool_of(each) == pool.name]
        while len(mine) < pool.smallest:
            made = add(turn, pool, mine)
            mine.append(made)
            there[made["metadata"]["name"]] = made
    for node in there.values():
        _beat(turn, node, pools[pool_of(node)])
    return list(there.values())


def next_node(pool: Pool, there: Iterable[Object]) -> Object | None:
    """The node that the autoscaler would add; ``None`` where the pool has all its nodes."""
    names = {each["metadata"]["name"] for each in there if pool_of(each) == pool.name}
    if len(names) >= pool.largest:
        return None
    candidates = (pool.node(number) for number in range(pool.largest))
    return next((each for each in candidates if each["metadata"]["name"] not in names), None)


def add(turn: Turn, pool: Pool, there: Iterable[Object]) -> Object:
    """Make the next node of a pool."""
    names = {each["metadata"]["name"] for each in there}
    number = next(n for n in range(len(names) + 1) if pool.node(n)["metadata"]["name"] not in names)
    node = pool.node(number)
    try:
        turn.api.create({key: value for key, value in node.items() if key != "status"})
    except ApiError as error:
        if error.code != CONFLICT:
            raise
    turn.api.patch_status(NODE, node["metadata"]["name"], "", {**node["status"], "conditions": _ready({})})
    return {**node, "status": {**node["status"], "conditions": _ready({})}}


def pool_of(node: Object) -> str:
    """The pool that a node belongs to."""
    return str((node["metadata"].get("labels") or {}).get(POOL_LABEL))


def _beat(turn: Turn, node: Object, pool: Pool) -> None:
    """What a kubelet keeps telling of its node. The server marks a new node as not ready until somebody says it is."""
    name = node["metadata"]["name"]
    wanted = pool.node(0)
    told = {each["type"]: each for each in (node.get("status") or {}).get("conditions") or []}
    quiet = all((told.get(kind) or {}).get("status") == status for kind, status, _, _ in READY)
    if not quiet:
        turn.api.patch_status(NODE, name, "", {**wanted["status"], "conditions": _ready(node)})
    if (node.get("spec") or {}).get("taints", []) != wanted["spec"]["taints"]:
        turn.api.patch(NODE, name, "", {"spec": {"taints": wanted["spec"]["taints"]}})


def _ready(node: Object) -> list[Object]:
    now = stamp()
    wanted = (
        {"type": kind, "status": status, "reason": why, "message": text, "lastHeartbeatTime": now}
        for kind, status, why, text in READY
    )
    return conditions(node, *wanted)


def _taint(written: str) -> Object:
    """A taint as a pool writes it: ``key=value:Effect``."""
    pair, _, effect = written.rpartition(":")
    key, _, value = pair.partition("=")
    return {"key": key, "effect": effect, **({"value": value} if value else {})}


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (_base36(number // 36) if number >= 36 else "") + digits[number % 36]
