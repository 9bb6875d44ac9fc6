"""Registering what the stack makes in the external tenant."""

from __future__ import annotations

import pulumi

from components.entra.application import Application
from components.entra.graph_principal import graph_principal
from components.entra.permission import consent
from stacks.parts.entra.applications import GRAPH
from stacks.parts.entra.build import build_applications, described
from stacks.parts.external_id.plan import CONSUMERS_TENANT, PRODUCT, CiPlan, ExternalIdPlan, client_id
from stacks.parts.external_id.steps import OUTPUT
from stacks.parts.pipelines.subjects import ISSUER
from stacks.parts.site import Site
from stacks.settings.loading import NAMESPACE

OFF = "off"


def build_external_id(site: Site, plan: ExternalIdPlan) -> None:
    """Register applications and consents; put what the app reads into its vault, and export what pages are built
    with."""
    if not plan.tenant:
        site.outputs.put(OUTPUT, OFF)
        return
    ci = _ci(site, plan.ci) if plan.ci else None
    # The pipeline changes only what it owns.
    applications = build_applications(site, plan.applications, CONSUMERS_TENANT, (ci.principal_id,) if ci else ())
    principals = {key: each.principal_id for key, each in applications.items()}
    principals[GRAPH] = graph_principal(site.providers[CONSUMERS_TENANT])
    for each in plan.consents:
        consent(
            each.name,
            scopes=each.scopes,
            client_id=principals[each.client],
            resource_id=principals[each.api],
            options=site.options(CONSUMERS_TENANT),
        )
    site.products.put(f"{PRODUCT}/tenant", pulumi.Output.from_input(plan.tenant))
    site.products.put(f"{PRODUCT}/authority", pulumi.Output.from_input(plan.authority))
    for key, application in applications.items():
        site.products.put(client_id(key), application.client_id)
    _put_providers(site, plan)
    site.outputs.put(
        OUTPUT,
        {
            "tenant_id": plan.tenant,
            "authority": plan.authority,
            "applications": described(plan.applications, applications),
            **({"ci_client_id": ci.client_id} if ci else {}),
        },
    )


def _ci(site: Site, plan: CiPlan) -> Application:
    (made,) = build_applications(site, (plan.application,), CONSUMERS_TENANT, ()).values()
    made.trust(plan.credential.name, ISSUER, plan.credential.subject)
    return made


def _put_providers(site: Site, plan: ExternalIdPlan) -> None:
    """Client ids are settings, client secrets are in the configuration, encrypted. A run without one has ended before
    this."""
    for product, value in plan.values.items():
        site.products.put(product, pulumi.Output.from_input(value))
    config = pulumi.Config(NAMESPACE)
    for product, name in plan.secrets.items():
        value = config.get_secret(name)
        # What only records the program, such as the generated pages, has no configuration.
        site.products.put(product, value if value is not None else pulumi.Output.secret(""))
