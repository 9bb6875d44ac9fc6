"""Quotas of a subscription: what a region holds, and what Azure refuses beyond the limit.

A limit applies to every subscription of the world; each has its own usage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from components.facts.ai_models import usage_name
from components.facts.quotas import QUOTAS, REGIONAL
from components.facts.types import RESOURCE_TYPES
from components.facts.vm_sizes import VM_SIZES
from offline.azure.behaviour import Request
from offline.azure.codes.subscription import VCPU_QUOTA
from offline.azure.errors import ArmError
from offline.rpc.protocol import Properties
from offline.world.objects import Writer

CLUSTER = RESOURCE_TYPES["kubernetes-cluster"].token
POOL = RESOURCE_TYPES["agent-pool"].token
ADDRESS = RESOURCE_TYPES["public-ip-address"].token
ACCOUNT = RESOURCE_TYPES["storage-account"].token
DEPLOYMENT = RESOURCE_TYPES["ai-deployment"].token
COUNTED: Mapping[str, str] = {ADDRESS: "PublicIPAddresses", ACCOUNT: "StorageAccounts"}
"""Types that a region limits in number → the name of the quota."""

RUNBOOK = "docs/runbooks/limits.md"
AKS_ADVICE = (
    "If you want to increase the quota, please follow this instruction: "
    "https://learn.microsoft.com/en-us/azure/quotas/view-quotas. Surge nodes would also consume vcpu quota, please "
    "consider use smaller maxSurge or use maxUnavailable to proceed upgrade without surge nodes, details: "
    "aka.ms/aks/maxUnavailable."
)
READ_FAMILY = "1ChristianAlex/motordesk #14"


def limit_of(cloud: Writer, region: str, name: str) -> int:
    """How many a region may hold: the limit set for it, or the default."""
    limit = cloud.limits.quota(region, name)
    if limit is not None:
        return limit
    return QUOTAS[name].limit if name in QUOTAS else QUOTAS[REGIONAL].limit


def usage(cloud: Writer) -> Counter[tuple[str, str, str]]:
    """What is in use, by subscription, region and name of the quota."""
    used = Counter[tuple[str, str, str]]()
    for pool in cloud.of_type(POOL):
        region = _region_above(cloud, pool.id)
        for name, vcpus in _vcpus(pool.body).items():
            used[_subscription(pool.id), region, name] += vcpus
    for each in cloud.of_type(DEPLOYMENT):
        used[_subscription(each.id), _region_above(cloud, each.id), _tokens(each.body)] += _capacity(each.body)
    for token, name in COUNTED.items():
        for each in cloud.of_type(token):
            used[_subscription(each.id), str(each.body.get("location", "")), name] += 1
    return used


def _region_above(cloud: Writer, id: str) -> str:
    """The region of the parent of a resource that has none itself."""
    parent = cloud.get(id.rsplit("/", 2)[0])
    return str(parent.body.get("location", "")) if parent else ""


def _tokens(deployment: Properties) -> str:
    """The quota that a model's deployment takes from."""
    model = (deployment.get("properties") or {}).get("model") or {}
    return usage_name(str((deployment.get("sku") or {}).get("name")), str(model.get("name")))


def _capacity(deployment: Properties) -> int:
    return int((deployment.get("sku") or {}).get("capacity") or 0)


def _subscription(id: str) -> str:
    return id.split("/")[2].lower()


def quota_refusals(request: Request) -> Iterator[ArmError]:
    """What exceeds a quota of the region. Only the nodes of this request count, not those an autoscaler may add."""
    if request.row.token in (CLUSTER, POOL):
        yield from _nodes(request)
    elif request.row.token == DEPLOYMENT:
        yield from _model(request)
    elif request.row.token in COUNTED and request.old is None:
        yield from _number(request, COUNTED[request.row.token])


def _nodes(request: Request) -> Iterator[ArmError]:
    added = Counter[str]()
    if request.row.token == POOL:
        region = _region_above(request.cloud, request.id)
        added += Counter(_vcpus(request.inputs))
        added.subtract(_vcpus(request.old.body) if request.old else {})
    else:
        region = str(request.inputs.get("location", ""))
        # Updating the cluster does not change the number of nodes: its pools do.
        for profile in (request.inputs.get("agentPoolProfiles") or []) if request.old is None else []:
            added += Counter(_vcpus(profile))
    used, mine = usage(request.cloud), _subscription(request.id)
    for name in sorted(added, key=lambda each: each == REGIONAL):
        wanted, left = added[name], limit_of(request.cloud, region, name) - used[mine, region, name]
        if wanted <= 0 or wanted <= left:
            continue
        if name == REGIONAL:
            message = f"Insufficient regional vcpu quota left for location {region}. left regional vcpu quota {left}, "
            message += f"requested quota {wanted}. {AKS_ADVICE}"
        else:
            message = f"Insufficient vcpu quota requested {wanted}, remaining {left} for family {name} for region "
            message += f"{region}. {AKS_ADVICE}"
        read = VCPU_QUOTA if name == REGIONAL else READ_FAMILY
        advice = f"use fewer nodes or a size of another family, or request a larger quota; read {RUNBOOK} ({read})"
        yield ArmError("ErrCode_InsufficientVCPUQuota", message, advice)


def _vcpus(pool: Properties) -> dict[str, int]:
    """The vCPUs of a pool's nodes, by quota: their family's and the region's."""
    size = VM_SIZES.get(str(pool.get("vmSize")))
    if size is None:
        return {}
    vcpus = size.vcpus * int(pool.get("count") or 0)
    return {size.family: vcpus, REGIONAL: vcpus}


def _model(request: Request) -> Iterator[ArmError]:
    region, name = _region_above(request.cloud, request.id), _tokens(request.inputs)
    limit, used = limit_of(request.cloud, region, name), usage(request.cloud)[_subscription(request.id), region, name]
    same = request.old is not None and _tokens(request.old.body) == name
    added = _capacity(request.inputs) - (_capacity(request.old.body) if request.old and same else 0)
    if added <= 0 or used + added <= limit:
        return
    quota = f"Tokens Per Minute (thousands) - {name}"
    message = (
        f"This operation require {added} new capacity in quota {quota}, which is bigger than the current available "
        f"capacity {limit - used}. The current quota usage is {used} and the quota limit is {limit} for quota {quota}."
    )
    advice = f"deploy less, or request a larger quota; read {RUNBOOK} (microsoft/PubSec-Info-Assistant #880)"
    yield ArmError("InsufficientQuota", message, advice)


def _number(request: Request, name: str) -> Iterator[ArmError]:
    region = str(request.inputs.get("location", ""))
    limit = limit_of(request.cloud, region, name)
    used = usage(request.cloud)[_subscription(request.id), region, name]
    if used < limit:
        return
    advice = f"delete one, or request a larger quota; read {RUNBOOK} "
    if request.row.token == ADDRESS:
        message = f"Cannot create more than {limit} public IP addresses for this subscription in this region."
        yield ArmError("PublicIPCountLimitReached", message, f"{advice}(MicrosoftDocs/azure-docs #106096)")
    else:
        subscription = request.id.split("/")[2]
        message = (
            f"Subscription {subscription} already contains {used} storage accounts with Standard Dns endpoints in "
        )
        message += f"location {region} and the maximum allowed is {limit}."
        read = "Azure/azure-sdk-for-cpp #3959"
        yield ArmError("MaxStorageAccountsCountPerSubscriptionExceeded", message, f"{advice}({read})", status=409)
