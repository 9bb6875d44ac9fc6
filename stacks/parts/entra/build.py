"""Registering what the stack makes in the company's own tenant."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from components.entra.application import Application
from components.entra.graph import CLIENT_ID
from components.entra.group import security_group
from stacks.parts.entra.applications import GRAPH, ApplicationPlan, application_component
from stacks.parts.entra.plan import EntraPlan, client_id, group_principal
from stacks.parts.entra.tenant import ENTRA_TENANT, INSTANCE
from stacks.parts.pipelines.identities import APPLY, identity_key, principal
from stacks.parts.site import Site


def build_entra(site: Site, plan: EntraPlan) -> None:
    """Register applications, groups and who has which role; export what a build of a page needs."""
    owners = pipeline_owners(site)
    applications = build_applications(site, plan.applications, ENTRA_TENANT, owners)
    for group in plan.groups:
        object_id = pulumi.Output.from_input(group.object_id)
        if group.spec is not None:
            object_id = security_group(group.key, group.spec, owners, site.options(ENTRA_TENANT)).object_id
        site.principals.put(group_principal(group.key), object_id)
    for each in plan.pre_authorized:
        client = applications[each.client].client_id
        applications[each.api].pre_authorize(f"{each.api}-{each.client}", client, each.scopes)
    for each in plan.assignments:
        applications[each.application].assign(each.name, each.role, site.principals[each.principal])
    site.products.put("entra/tenant", pulumi.Output.from_input(plan.tenant))
    for each in plan.applications:
        site.products.put(client_id(each.key), applications[each.key].client_id)
    site.outputs.put("role_groups", {group.key: site.principals[group_principal(group.key)] for group in plan.groups})
    site.outputs.put(
        "sign_in",
        {
            "authority": f"{INSTANCE}{plan.tenant}/v2.0",
            "applications": described(plan.applications, applications),
        },
    )


def build_applications(
    site: Site, plans: tuple[ApplicationPlan, ...], tenant: str, owners: tuple[pulumi.Output[str], ...]
) -> Mapping[str, Application]:
    """Register applications, in their order, in the tenant of a provider."""
    made: dict[str, Application] = {}
    for each in plans:
        requires = [(CLIENT_ID if key == GRAPH else made[key].client_id, scopes) for key, scopes in each.requires]
        application = Application(each.key, each.spec, site.options(tenant), owners=owners, requires=requires)
        made[each.key] = application
        site.components.put(application_component(each.key), application)
    return made


def described(plans: tuple[ApplicationPlan, ...], made: Mapping[str, Application]) -> Mapping[str, object]:
    """What clients of applications must know: nothing of it is secret."""
    return {
        each.key: {
            "client_id": made[each.key].client_id,
            **({"audience": each.spec.identifier_uri} if each.spec.identifier_uri else {}),
            **({"scopes": [scope.value for scope in each.spec.scopes]} if each.spec.scopes else {}),
        }
        for each in plans
    }


def pipeline_owners(site: Site) -> tuple[pulumi.Output[str], ...]:
    """The identity that brings the stack up, where there is one: it changes only what it owns."""
    found = site.principals.get(principal(identity_key(site.plan.stack, APPLY)))
    return () if found is None else (found,)
