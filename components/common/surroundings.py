"""The shared interface: diagnostics, a private path and a lock around a resource, the same way everywhere.

Follows the interface that Azure Verified Modules ask of every module (RMFR4), without its repetition in each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import authorization, monitor, network

from components.facts.resource_types import RESOURCE_TYPES

DIAGNOSTIC_SETTING = "to-workspace"
LOCK = "do-not-delete"
ZONE_GROUP = "default"
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
class Surroundings:
    """What is around every resource of a stack; made once.

    ``workspace_id`` receives the logs. ``subnet_id`` takes private endpoints, ``None`` where the stack has no network.
    ``lock`` puts a lock on what holds data. With ``later`` the locks wait there for :meth:`lock_now`: a lock also stops
    the delete of role assignments in its scope, so it must come after them, to go before them.
    """

    workspace_id: pulumi.Input[str]
    subnet_id: pulumi.Input[str] | None
    lock: bool
    later: list[Callable[[Iterable[pulumi.Resource]], None]] | None = None

    def lock_now(self, after: Iterable[pulumi.Resource]) -> None:
        """Register the locks that wait, each after all of ``after`` too."""
        first = list(after)
        for lock in self.later or ():
            lock(first)


def surround(
    owner: pulumi.Resource,
    resource: pulumi.CustomResource,
    kind: str,
    surroundings: Surroundings,
    *,
    inside: Sequence[pulumi.Resource] = (),
    private: PrivatePathArgs | None = None,
    others_below: bool = False,
) -> None:
    """Register what belongs around ``resource``, a ``kind`` of the type table, below its component ``owner``.

    Call it last: the lock stops every delete in its scope, so it depends on all that is ``inside`` and goes first at
    destroy.
    Where other stacks keep resources below (``others_below``: role assignments, records) there is none, because their
    stacks could not delete them.
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
        made.extend(private_path(name, resource, private, surroundings, options))
    if not surroundings.lock or not row.stateful or others_below:
        return

    def lock(after: Iterable[pulumi.Resource]) -> None:
        authorization.ManagementLockByScope(
            name,
            lock_name=LOCK,
            scope=resource.id,
            level=authorization.LockLevel.CAN_NOT_DELETE,
            notes="Holds data. Also stops deletes below it, role assignments included: delete the lock first.",
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=[*made, *after])),
        )

    if surroundings.later is None:
        lock(())
    else:
        surroundings.later.append(lock)


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
