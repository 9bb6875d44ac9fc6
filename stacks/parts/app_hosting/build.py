"""The sites on App Service."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi

from components.app_hosting.web_app import Environment, WebApp
from components.database_grants.job import DatabaseGrants
from components.identity.identity import Identity
from components.vaults.vault import Vault
from stacks.parts.app_hosting.plan import CLIENT_ID, SITES, TELEMETRY_LOGIN, ZONES, AppPlan
from stacks.parts.database_grants.build import GRANTS
from stacks.parts.network.subnets import APP_SERVICE
from stacks.parts.secrets.plan import READER_ROLE
from stacks.parts.site import Site
from stacks.parts.variables import VariablePlan
from stacks.parts.vaults.plan import uri_of


def build_app_hosting(site: Site, apps: tuple[AppPlan, ...]) -> None:
    """Register every site. Its variables refer to secrets that exist by then and that its identity may read."""
    hosts = {}
    for app in apps:
        place = site.place(app.group, app.tags)
        identity = site.component(Identity, f"identity/{app.service}")
        slot = app.spec.slot
        made = WebApp(
            app.service,
            app.spec,
            place,
            site.around,
            identity_id=identity.id,
            subnet_id=site.resources[f"subnet/{APP_SERVICE}"],
            environment=_environment(site, app, identity),
            private=site.private(app.spec.private_endpoint, SITES, ZONES, place),
            slot_private=site.private(slot.private_endpoint, f"{SITES}-{slot.name}", ZONES, place) if slot else None,
            opts=site.options(),
        )
        site.resources.put(f"site/{app.service}", made.id)
        site.hosts.put(f"site/{app.service}", made.host)
        hosts[app.service] = {"site": made.host, **({"slot": made.slot_host} if made.slot_host else {})}
    site.outputs.put("app_service", hosts)


def _environment(site: Site, app: AppPlan, identity: Identity) -> Environment:
    own = {
        CLIENT_ID: identity.client_id,
        TELEMETRY_LOGIN: pulumi.Output.concat("Authorization=AAD;ClientId=", identity.client_id),
    }
    reads = [
        each
        for each in site.plan.grants
        if (each.principal, each.scope, each.role.key)
        == (f"identity/{app.service}", f"vault/{app.service}", READER_ROLE)
    ]
    grants = [site.component(DatabaseGrants, GRANTS).job] if app.uses_database else []
    after = [site.component(Vault, f"vault/{app.service}"), *site.grant(reads), *grants]
    slot = [each if not each.slot else VariablePlan(each.name, each.slot) for each in app.variables]
    return Environment({**_values(app, app.variables), **own}, {**_values(app, slot), **own}, after)


def _values(app: AppPlan, variables: Iterable[VariablePlan]) -> dict[str, pulumi.Input[str]]:
    """The variables as App Service takes them: a secret as a reference to its newest version."""
    return {
        each.name: f"@Microsoft.KeyVault(SecretUri={uri_of(app.vault)}secrets/{each.secret})"
        if each.secret
        else each.value
        for each in variables
    }
