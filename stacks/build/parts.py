"""Which builder makes each part of the plan real."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from stacks.parts.access.build import build_access
from stacks.parts.access.plan import ACCESS
from stacks.parts.ai.build import build_ai
from stacks.parts.ai.plan import AI_ACCOUNT
from stacks.parts.aks.build import build_aks
from stacks.parts.aks.plan import AKS
from stacks.parts.alerts.build import build_alerts
from stacks.parts.alerts.plan import ALERTS, SHARED_ALERTS
from stacks.parts.app_hosting.build import build_app_hosting
from stacks.parts.app_hosting.plan import APP_HOSTING
from stacks.parts.budgets.build import build_budgets
from stacks.parts.budgets.plan import BUDGETS, SHARED_BUDGETS
from stacks.parts.certificates.build import build_certificates
from stacks.parts.certificates.plan import CERTIFICATES
from stacks.parts.cluster_telemetry.build import build_cluster_telemetry
from stacks.parts.cluster_telemetry.plan import CLUSTER_TELEMETRY
from stacks.parts.conditional_access.build import build_conditional_access
from stacks.parts.conditional_access.plan import CONDITIONAL_ACCESS
from stacks.parts.contract.build import read_contract, write_contract
from stacks.parts.contract.plan import CONTRACT, READ_CONTRACT
from stacks.parts.cosmos.build import build_cosmos
from stacks.parts.cosmos.plan import COSMOS
from stacks.parts.dashboards.build import build_dashboards
from stacks.parts.dashboards.plan import DASHBOARDS, SHARED_DASHBOARDS
from stacks.parts.database_grants.build import build_database_grants
from stacks.parts.database_grants.plan import DATABASE_GRANTS
from stacks.parts.edge.build import build_edge
from stacks.parts.edge.plan import EDGE
from stacks.parts.entra.build import build_entra
from stacks.parts.entra.plan import ENTRA
from stacks.parts.external_id.build import build_external_id
from stacks.parts.external_id.plan import EXTERNAL_ID
from stacks.parts.features.build import build_features
from stacks.parts.features.plan import FEATURES
from stacks.parts.gateway.build import build_gateway
from stacks.parts.gateway.plan import GATEWAY
from stacks.parts.groups.build import build_groups
from stacks.parts.groups.plan import GROUPS, SHARED_TIER
from stacks.parts.hosts.build import build_hosts
from stacks.parts.hosts.plan import HOSTS
from stacks.parts.identity.build import build_identities
from stacks.parts.identity.plan import IDENTITIES
from stacks.parts.kubernetes.build import build_kubernetes
from stacks.parts.kubernetes.plan import KUBERNETES
from stacks.parts.mail.build import build_mail, build_mail_access
from stacks.parts.mail.plan import MAIL, MAIL_ACCESS
from stacks.parts.manual_steps.build import build_manual_steps
from stacks.parts.manual_steps.plan import MANUAL_STEPS, SHARED_MANUAL_STEPS
from stacks.parts.migration.build import build_migration
from stacks.parts.migration.plan import MIGRATION
from stacks.parts.monitoring.build import build_logs, build_telemetry
from stacks.parts.monitoring.plan import LOGS, SHARED_LOGS, TELEMETRY
from stacks.parts.network.build import build_network
from stacks.parts.network.plan import NETWORK
from stacks.parts.part import AnyPart, Part
from stacks.parts.people.build import build_people
from stacks.parts.people.plan import PEOPLE, SHARED_PEOPLE
from stacks.parts.pipelines.build import build_pipelines, build_stack_pipelines
from stacks.parts.pipelines.plan import PIPELINES, STACK_PIPELINES
from stacks.parts.postgresql.build import build_postgresql
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER
from stacks.parts.redis.build import build_redis
from stacks.parts.redis.plan import REDIS
from stacks.parts.registry.build import build_registry, build_registry_path
from stacks.parts.registry.plan import REGISTRY, REGISTRY_PATH
from stacks.parts.search.build import build_search
from stacks.parts.search.plan import SEARCH
from stacks.parts.secrets.build import build_secrets
from stacks.parts.secrets.plan import SECRETS
from stacks.parts.service_bus.build import build_service_bus
from stacks.parts.service_bus.plan import SERVICE_BUS
from stacks.parts.site import Site
from stacks.parts.state.build import build_state
from stacks.parts.state.plan import STATE
from stacks.parts.static_sites.build import build_static_site_gates, build_static_sites
from stacks.parts.static_sites.gates import STATIC_SITE_GATES
from stacks.parts.static_sites.plan import STATIC_SITES
from stacks.parts.storage.build import build_storage
from stacks.parts.storage.plan import STORAGE
from stacks.parts.subscription.build import build_subscription
from stacks.parts.subscription.plan import SUBSCRIPTION
from stacks.parts.vaults.build import build_vaults
from stacks.parts.vaults.plan import VAULTS
from stacks.parts.workloads.build import build_workloads
from stacks.parts.workloads.plan import WORKLOADS
from stacks.parts.zone.build import build_records, build_zone
from stacks.parts.zone.plan import RECORDS, ZONE

P = TypeVar("P")
Builder = Callable[[Site, Any], None]


def _built(part: Part[Any, P], builder: Callable[[Site, P], None]) -> tuple[AnyPart, Builder]:
    """A part with the builder that takes its plan."""
    return part, builder


BUILDERS: Mapping[AnyPart, Builder] = dict(
    (
        _built(ACCESS, build_access),
        _built(AI_ACCOUNT, build_ai),
        _built(AKS, build_aks),
        _built(ALERTS, build_alerts),
        _built(APP_HOSTING, build_app_hosting),
        _built(BUDGETS, build_budgets),
        _built(CERTIFICATES, build_certificates),
        _built(CLUSTER_TELEMETRY, build_cluster_telemetry),
        _built(CONDITIONAL_ACCESS, build_conditional_access),
        _built(CONTRACT, write_contract),
        _built(COSMOS, build_cosmos),
        _built(DASHBOARDS, build_dashboards),
        _built(DATABASE_GRANTS, build_database_grants),
        _built(EDGE, build_edge),
        _built(ENTRA, build_entra),
        _built(EXTERNAL_ID, build_external_id),
        _built(FEATURES, build_features),
        _built(GATEWAY, build_gateway),
        _built(GROUPS, build_groups),
        _built(HOSTS, build_hosts),
        _built(IDENTITIES, build_identities),
        _built(KUBERNETES, build_kubernetes),
        _built(LOGS, build_logs),
        _built(MAIL, build_mail),
        _built(MAIL_ACCESS, build_mail_access),
        _built(MANUAL_STEPS, build_manual_steps),
        _built(MIGRATION, build_migration),
        _built(NETWORK, build_network),
        _built(PEOPLE, build_people),
        _built(PIPELINES, build_pipelines),
        _built(POSTGRESQL_SERVER, build_postgresql),
        _built(READ_CONTRACT, read_contract),
        _built(RECORDS, build_records),
        _built(REDIS, build_redis),
        _built(REGISTRY, build_registry),
        _built(REGISTRY_PATH, build_registry_path),
        _built(SEARCH, build_search),
        _built(SECRETS, build_secrets),
        _built(SERVICE_BUS, build_service_bus),
        _built(SHARED_BUDGETS, build_budgets),
        _built(SHARED_ALERTS, build_alerts),
        _built(SHARED_DASHBOARDS, build_dashboards),
        _built(SHARED_LOGS, build_logs),
        _built(SHARED_MANUAL_STEPS, build_manual_steps),
        _built(SHARED_PEOPLE, build_people),
        _built(SHARED_TIER, build_groups),
        _built(STACK_PIPELINES, build_stack_pipelines),
        _built(STATE, build_state),
        _built(STATIC_SITES, build_static_sites),
        _built(STATIC_SITE_GATES, build_static_site_gates),
        _built(STORAGE, build_storage),
        _built(SUBSCRIPTION, build_subscription),
        _built(TELEMETRY, build_telemetry),
        _built(VAULTS, build_vaults),
        _built(WORKLOADS, build_workloads),
        _built(ZONE, build_zone),
    )
)
"""Their order is that of ``stacks.parts.all``."""
