"""What pipelines may do, and where.

In its own stack a pipeline has roles at every resource group, granted by that stack; at what belongs to `shared`, at
the resource alone, granted by `shared`. No pipeline can grant any of them: a new group, a new role and a change of a
condition are a person's (docs/runbooks/identity.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from components.access.conditions import blob_paths, delegation
from components.facts.roles import BLOB_WRITES, ROLES
from stacks.parts.groups.plan import PIPELINES_GROUP, group_scope
from stacks.parts.mail.plan import MAIL_SCOPE
from stacks.parts.part import SERVICE_PRINCIPAL, Grant
from stacks.parts.pipelines.identities import APPLY, IMAGES, PREVIEW, identity_key, principal, stack_keys
from stacks.parts.pipelines.state_paths import read, written
from stacks.parts.registry.plan import REGISTRY_SCOPE
from stacks.parts.state.plan import CONTAINER_SCOPE, key_scope
from stacks.parts.zone.plan import ZONE_SCOPE
from stacks.settings.loading import SHARED

IN_A_GROUP = ("contributor", "locks-contributor")
"""What brings a stack up in a group of its own, roles apart."""

ACCESS = "access-administrator"
"""What grants roles."""

ASSIGNED = ((REGISTRY_SCOPE, "acr-pull"), (MAIL_SCOPE, "mail-owner"))
"""What environments grant at resources of `shared`: to the cluster's kubelet, and to services that send mail."""


def in_own_stack(stack: str, groups: Iterable[str]) -> Iterator[Grant]:
    """Who applies has all of the groups of its stack but access to them, which it gives to what the stack gives it to;
    who previews reads.

    In the group of the pipelines' identities both only read: who writes an identity's credentials becomes it.
    """
    for group in groups:
        only_reads = group == PIPELINES_GROUP
        for role in ("reader",) if only_reads else (*IN_A_GROUP, ACCESS):
            yield _own(stack, APPLY, role, group)
        yield _own(stack, PREVIEW, "reader", group)


def in_shared(stack: str) -> Iterator[Grant]:
    """At what belongs to `shared`, for the pipelines of a stack: its state, and where environments use the platform's
    registry, mail and zone."""
    applies, previews = stack_keys(stack)
    if stack != SHARED:
        for scope, role in ASSIGNED:
            condition = delegation({SERVICE_PRINCIPAL: [ROLES[role].id]})
            yield _grant(ACCESS, applies, scope, condition)
            # A refresh reads the assignments there.
            yield _grant("reader", previews, scope)
        yield _grant("registry-endpoint-approver", applies, REGISTRY_SCOPE)
        yield _grant("dns-contributor", applies, ZONE_SCOPE)
        yield _grant("reader", previews, ZONE_SCOPE)
    writing = blob_paths(read(stack), written(stack), actions=BLOB_WRITES)
    yield _grant("state-writer", applies, CONTAINER_SCOPE, writing)
    # A preview takes no lock and writes nothing (pulumi/pulumi: pkg/backend/diy/backend.go).
    yield _grant("blob-reader", previews, CONTAINER_SCOPE, blob_paths(read(stack)))
    for identity in (applies, previews):
        for owner in dict.fromkeys((stack, SHARED)):
            yield _grant("key-vault-crypto-user", identity, key_scope(owner))


def of_images() -> Iterator[Grant]:
    """Whoever builds images pushes them."""
    yield _grant("acr-push", IMAGES, REGISTRY_SCOPE)


def _grant(role: str, identity: str, scope: str, condition: str = "") -> Grant:
    return Grant(role, principal(identity), scope, condition=condition, reserved=True)


def _own(stack: str, does: str, role: str, group: str) -> Grant:
    """In its own stack a pipeline is called by what it does: a second stack of an environment changes no name."""
    return Grant(
        role,
        principal(identity_key(stack, does)),
        group_scope(group),
        who=principal(does),
        delegates=role == ACCESS,
        reserved=True,
    )
