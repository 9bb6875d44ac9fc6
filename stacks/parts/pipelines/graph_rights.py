"""What pipelines may do in the directory: permissions at Microsoft Graph, granted in `shared` by a person.

A preview reads everything that stacks make there. Who applies writes the applications that it owns. The rest could be
turned against the tenant: who assigns roles can assign any, who writes one policy can write all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from components.entra.graph import ROLES
from stacks.context import Context
from stacks.parts.pipelines.identities import APPLY, credential_name, identity_key, principal, stack_keys
from stacks.parts.state.plan import stacks_with_state
from stacks.settings.ci import Ci
from stacks.settings.loading import SHARED
from stacks.settings.models import SharedSettings

READS = ("Application.Read.All", "Group.Read.All", "Policy.Read.All")
OWNS = ("Application.ReadWrite.OwnedBy",)
"""What `shared`, which makes no application, has no use for."""
WRITES = (
    "AppRoleAssignment.ReadWrite.All",
    "Group.Create",
    "Policy.ReadWrite.ConditionalAccess",
    "User.Read.All",
)
"""Only where ``ci.directory_rights`` says so. The last one is what it takes to make a group that people own (Microsoft
Graph: Create group)."""


@dataclass(frozen=True)
class GraphRight:
    """A permission of a pipeline at Microsoft Graph."""

    identity: str
    """The key of the identity: ``dev-apply``."""
    permission: str
    """Its value: ``Group.Create``."""

    @property
    def key(self) -> str:
        """Its logical name."""
        return credential_name(self.identity, *self.permission.split("."))

    @property
    def principal(self) -> str:
        """The identity as a principal."""
        return principal(self.identity)

    @property
    def role(self) -> str:
        """The id of the permission, which is a role of Graph's application."""
        return ROLES[self.permission]


def graph_rights(context: Context[SharedSettings], ci: Ci) -> Iterator[GraphRight]:
    """Those of the pipelines of all stacks; whoever builds images has none."""
    for stack in stacks_with_state(context):
        for identity in stack_keys(stack):
            yield from (GraphRight(identity, each) for each in READS)
        if stack != SHARED:
            writes = WRITES if stack in ci.directory_rights else ()
            yield from (GraphRight(identity_key(stack, APPLY), each) for each in (*OWNS, *writes))
