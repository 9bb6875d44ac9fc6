"""The shared interface: diagnostics, a private path and a lock around a resource, the same way everywhere.

Follows the interface that Azure Verified Modules ask of every module (RMFR4), without its repetition in each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import authorization, monitor, network

from components.facts.resource_types import RESOURCE_TYPES
from components.facts.waiting import EXCLUSIVE_PARENTS

DIAGNOSTIC_SETTING = "to-workspace"
LOCK = "do-not-delete"
ZONE_GROUP = "default"
EXCLUSIVE = frozenset(row.parent for row in EXCLUSIVE_PARENTS)
GROUPS = frozenset({"allLogs", "audit"})
"""Azure's category groups; any other word in the type table is a category by itself."""


@dataclass(frozen=True)
class PrivatePathArgs:
    """A private endpoint: its physical ``name``, the ``group`` of the target (its sub-resource), the DNS zones by name.

    ``zones`` must be complete for the product: one that is missing leaves a name of the target public (estate W12).
    """

    name: str
    location: str
    resource_group: pulumi.Input[str]
    group: str
    zones: Mapping[str, pulumi.Input[str]]
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Lock:
    """A lock that is still to be put on ``resource``, a ``kind`` of the type table, after all that was ``made``."""

    name: str
    resource: pulumi.CustomResource
    kind: str
    made: Sequence[pulumi.Resource]
    options: pulumi.ResourceOptions

    def put(self, granted: Sequence[pulumi.Resource]) -> None:
        """Register the lock, after the role assignments in its scope too: at destroy it goes before them."""
        after = pulumi.ResourceOptions(depends_on=[*self.made, *granted])
        authorization.ManagementLockByScope(
            self.name,
            lock_name=LOCK,
            scope=self.resource.id,
            level=authorization.LockLevel.CAN_NOT_DELETE,
            notes="Holds data. Also stops deletes below it, role assignments included: delete the lock first.",
            opts=pulumi.ResourceOptions.merge(self.options, after),
        )


@dataclass
class Locks:
    """The locks on what holds data in a stack, none unless ``wanted``; they wait until the stack has granted its roles.

    Azure refuses to delete a role assignment below a lock, and at destroy no hook runs that would try again.
    """

    wanted: bool
    waiting: list[Lock] = field(default_factory=list)

    def put(self, granted: Iterable[tuple[str, pulumi.Resource]]) -> None:
        """Register the locks. ``granted`` are the role assignments with the kind of resource they are at."""
        found = list(granted)
        for lock in self.waiting:
            arm = RESOURCE_TYPES[lock.kind].arm
            lock.put([each for kind, each in found if _below(kind, arm)])
        self.waiting.clear()


@dataclass(frozen=True)
class Surroundings:
    """What is around every resource of a stack; made once.

    ``workspace_id`` receives the logs. ``subnet_id`` takes private endpoints, ``None`` where the stack has no network.
    ``locks`` collects the locks on what holds data.
    """

    workspace_id: pulumi.Input[str]
    subnet_id: pulumi.Input[str] | None
    locks: Locks


def _below(kind: str, arm: str) -> bool:
    row = RESOURCE_TYPES.get(kind)
    return row is not None and (row.arm == arm or row.arm.startswith(arm + "/"))


def surround(
    owner: pulumi.Resource,
    resource: pulumi.CustomResource,
    kind: str,
    surroundings: Surroundings,
    *,
    inside: Sequence[pulumi.Resource] = (),
    private: PrivatePathArgs | None = None,
    others_below: bool = False,
) -> list[pulumi.Resource]:
    """Register what belongs around ``resource``, a ``kind`` of the type table, below its component ``owner``.

    The lock stops every delete in its scope, so it depends on all that is ``inside`` and goes first at destroy. A
    private endpoint writes to its target: where that takes one write at a time, it comes after what is ``inside``.
    Where other stacks keep resources below (``others_below``: role assignments, records) there is no lock, because
    their stacks could not delete them. A child has none either: it is in the scope of its parent's. Returns what was
    registered and what is inside, for the ``inside`` of a parent.
    """
    row = RESOURCE_TYPES[kind]
    name = f"{kind}-{pulumi_name(resource)}"
    made: list[pulumi.Resource] = [resource, *inside]
    options = pulumi.ResourceOptions(parent=owner)
    if row.diagnostics:
        made.append(_diagnostics(name, resource, row.diagnostics, surroundings.workspace_id, options))
    if private is not None:
        if private.group not in row.private_link:
            raise ValueError(
                f"{kind} has no private link group {private.group}; allowed: {', '.join(row.private_link)}"
            )
        after = pulumi.ResourceOptions(depends_on=list(inside) if kind in EXCLUSIVE else [])
        where = pulumi.ResourceOptions.merge(options, after)
        made.extend(private_path(name, resource, private, surroundings, where))
    top_level = row.arm.count("/") == 1
    if surroundings.locks.wanted and row.stateful and top_level and not others_below:
        surroundings.locks.waiting.append(Lock(name, resource, kind, list(made), options))
    return made


def pulumi_name(resource: pulumi.Resource) -> str:
    """The logical name of a resource."""
    return resource._name  # the SDK keeps it nowhere else


def _diagnostics(
    name: str,
    resource: pulumi.CustomResource,
    categories: Sequence[str],
    workspace_id: pulumi.Input[str],
    options: pulumi.ResourceOptions,
) -> monitor.DiagnosticSetting:
    logs = [
        monitor.DiagnosticsLogSettingsArgs(enabled=True, category_group=each)
        if each in GROUPS
        else monitor.DiagnosticsLogSettingsArgs(enabled=True, category=each)
        for each in categories
    ]
    return monitor.DiagnosticSetting(
        name,
        name=DIAGNOSTIC_SETTING,
        resource_uri=resource.id,
        workspace_id=workspace_id,
        log_analytics_destination_type="Dedicated",
        logs=logs,
        opts=options,
    )


def private_path(
    name: str,
    target: pulumi.Input[str] | pulumi.CustomResource,
    args: PrivatePathArgs,
    surroundings: Surroundings,
    options: pulumi.ResourceOptions,
) -> list[pulumi.Resource]:
    """A private endpoint to ``target`` (a resource, or the id of one in another stack) with its DNS zone group."""
    if surroundings.subnet_id is None:
        raise ValueError(f"{name}: no subnet for private endpoints")
    target_id = target.id if isinstance(target, pulumi.CustomResource) else target
    endpoint = network.PrivateEndpoint(
        name,
        private_endpoint_name=args.name,
        resource_group_name=args.resource_group,
        location=args.location,
        subnet=network.SubnetArgs(id=surroundings.subnet_id),
        private_link_service_connections=[
            network.PrivateLinkServiceConnectionArgs(
                name=args.name, private_link_service_id=target_id, group_ids=[args.group]
            )
        ],
        tags=args.tags,
        opts=options,
    )
    group = network.PrivateDnsZoneGroup(
        name,
        private_dns_zone_group_name=ZONE_GROUP,
        private_endpoint_name=endpoint.name,
        resource_group_name=args.resource_group,
        private_dns_zone_configs=[
            network.PrivateDnsZoneConfigArgs(name=zone.replace(".", "-"), private_dns_zone_id=zone_id)
            for zone, zone_id in args.zones.items()
        ],
        opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(parent=endpoint)),
    )
    return [endpoint, group]
