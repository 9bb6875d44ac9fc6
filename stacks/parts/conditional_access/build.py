"""Registering the policies of the administration."""

from __future__ import annotations

import pulumi

from components.conditional_access.location import named_location
from components.conditional_access.policy import access_policy
from components.entra.application import Application
from stacks.parts.conditional_access.plan import ELSEWHERE, ConditionalAccessPlan
from stacks.parts.entra.applications import application_component
from stacks.parts.entra.tenant import ENTRA_TENANT
from stacks.parts.site import Site


def build_conditional_access(site: Site, plan: ConditionalAccessPlan) -> None:
    """Register the location and the policies.

    A policy comes after the service principals of its applications, without which Entra does not know them.
    """
    applications = [site.component(Application, application_component(key)) for key in plan.applications]
    options = site.options(ENTRA_TENANT)
    inside = named_location(ELSEWHERE, plan.location, options).object_id if plan.location else None
    after = pulumi.ResourceOptions(depends_on=applications)
    for name, spec in plan.policies.items():
        access_policy(
            name,
            spec,
            applications=[each.client_id for each in applications],
            groups=[site.principals[group] for group in plan.groups],
            excluded=plan.break_glass,
            inside=inside if name == ELSEWHERE else None,
            options=pulumi.ResourceOptions.merge(options, after),
        )
