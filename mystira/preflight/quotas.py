"""Whether the quotas of the region leave room: vCPUs of node pools, vCores of PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from components.facts.quotas import REGIONAL
from components.facts.vm_sizes import VM_SIZES
from mystira.preflight.arm import MISSING, Arm, Refused
from mystira.preflight.report import Finding, Verdict
from stacks.preflight.needs import Needs
from stacks.reports.quota import Need, Quota, compared

CHECK = "quotas"
READ = "docs/runbooks/limits.md"
COMPUTE, COMPUTE_VERSION = "/providers/Microsoft.Compute/locations/{region}/usages", "2024-07-01"
POSTGRESQL = "/providers/Microsoft.DBforPostgreSQL/locations/{region}/resourceType/flexibleServers/usages"
POSTGRESQL_VERSION = "2025-08-01"
POOLS_VERSION = "2025-05-01"


def check_quotas(arm: Arm, needs: Needs, ours: frozenset[str]) -> Iterator[Finding]:
    """One finding for each quota that is too small, or one for each product. ``ours`` are the ids, in lower case, of
    what is in the subscription."""
    root = f"/subscriptions/{needs.subscription_id}"
    if needs.vcpus:
        rows = arm.every(root + COMPUTE.format(region=needs.region), COMPUTE_VERSION)
        yield from _compared("vCPUs", needs.region, needs.vcpus, _quotas(rows), pool_vcpus(arm, needs.pools))
    if needs.vcores:
        rows = arm.every(root + POSTGRESQL.format(region=needs.region), POSTGRESQL_VERSION)
        standing = any(id.lower() in ours for id in needs.servers)
        own = Counter({need.name: need.minimum for need in needs.vcores}) if standing else Counter[str]()
        yield from _compared("vCores of PostgreSQL", needs.region, needs.vcores, _quotas(rows), own)


def pool_vcpus(arm: Arm, pools: Iterable[str]) -> Counter[str]:
    """What the stack's own pools use now, by quota: nothing where the cluster is not there yet."""
    used = Counter[str]()
    wanted = {id.lower() for id in pools}
    for cluster in sorted({id.rsplit("/", 2)[0] for id in pools}):
        try:
            rows = list(arm.every(f"{cluster}/agentPools", POOLS_VERSION))
        except Refused as error:
            if error.status != MISSING:
                raise
            continue
        for row in rows:
            properties = row.get("properties") or {}
            size = VM_SIZES.get(str(properties.get("vmSize")))
            if size and str(row.get("id", "")).lower() in wanted:
                for name in (size.family, REGIONAL):
                    used[name] += size.vcpus * int(properties.get("count") or 0)
    return used


def _compared(
    what: str, region: str, needs: Iterable[Need], quotas: Mapping[str, Quota], own: Mapping[str, int]
) -> Iterator[Finding]:
    """The needs, and what others in the subscription leave of each quota."""
    lines = list(compared(needs, quotas, own))
    for line in lines:
        if line.bad:
            text = f"{line.need.name} in {region}: {line.verdict}; seen: {line.limit}, {line.used} in use" + (
                f", {own[line.need.name]} of them here" if own.get(line.need.name) else ""
            )
            most = (
                f"room for {line.need.minimum} {what}, {line.need.maximum} at most, {line.need.upgrade} in an upgrade"
            )
            yield Finding(CHECK, Verdict.REFUSED, text, most, READ)
    if not any(line.bad for line in lines):
        yield Finding(CHECK, Verdict.OK, f"{what}: room for {max(line.need.upgrade for line in lines)} in {region}")


def _quotas(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Quota]:
    return {str(row["name"]["value"]).lower(): Quota(int(row["limit"]), int(row["currentValue"])) for row in rows}
