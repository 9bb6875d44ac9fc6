"""The identities of pipelines, and in an environment what `shared` says of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pulumi
from pulumi.runtime import is_dry_run

from components.access.role_assignments import role_definition
from components.entra.graph_principal import graph_principal
from components.entra.permission import app_role
from components.identity.identity import Identity
from stacks.parts.entra.tenant import ENTRA_TENANT
from stacks.parts.groups.plan import PIPELINES_GROUP, group_scope
from stacks.parts.pipelines.identities import IMAGES, principal
from stacks.parts.pipelines.plan import OUTPUT, PipelinesPlan
from stacks.parts.pipelines.subjects import ISSUER
from stacks.parts.site import Site
from stacks.parts.unknown import unknown
from stacks.settings.loading import SHARED


def build_pipelines(site: Site, plan: PipelinesPlan) -> None:
    """Register identities, credentials and roles of our own; export the client ids, which are no secret."""
    clients: dict[str, dict[str, pulumi.Output[str]]] = {}
    for each in plan.identities:
        identity = Identity(each.key, each.spec, site.place(PIPELINES_GROUP), site.options())
        for credential in each.credentials:
            identity.trust(credential.name, ISSUER, credential.subject)
        site.principals.put(principal(each.key), identity.principal_id)
        clients.setdefault(each.stack or IMAGES, {})[each.does] = identity.client_id
    for role in plan.roles:
        group = site.resources[group_scope(role.group)]
        site.roles.put(role.key, role_definition(role, group_id=group, options=site.options()))
    _put_graph_rights(site, plan)
    images = clients.pop(IMAGES)
    site.outputs.put(OUTPUT, {**clients, **images})


def _put_graph_rights(site: Site, plan: PipelinesPlan) -> None:
    """Give the identities what they may do at Microsoft Graph."""
    graph = graph_principal(site.providers[ENTRA_TENANT])
    for each in plan.graph_rights:
        app_role(
            each.key,
            role=each.role,
            principal_id=site.principals[each.principal],
            resource_id=graph,
            options=site.options(ENTRA_TENANT),
        )


def build_stack_pipelines(site: Site, keys: tuple[str, ...]) -> None:
    """Take the object ids of this stack's identities from what `shared` offers."""
    found = site.shared["pipelines"].apply(partial(_checked, keys=keys))
    for key in keys:
        site.principals.put(principal(key), found.apply(partial(_id, key=key)))


def _id(found: Mapping[str, str], *, key: str) -> pulumi.Input[str]:
    return found[key] if key in found else unknown()


def _checked(found: Mapping[str, str], *, keys: tuple[str, ...]) -> Mapping[str, str]:
    """The object ids of these identities, or the end of the run. A preview goes on without those that the same change
    adds to ``shared``."""
    missing = [key for key in keys if key not in found]
    if missing and not is_dry_run():
        seen = ", ".join(found) or "none"
        raise pulumi.RunError(
            f"the stack {SHARED} must be up with the identities {', '.join(missing)} before this one; seen: {seen}; "
            "run `pulumi up` there first"
        )
    return found
