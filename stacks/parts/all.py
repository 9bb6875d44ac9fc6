"""What each kind of stack consists of, in the order of planning and building."""

from __future__ import annotations

from typing import Any

from stacks.parts.access.plan import ACCESS
from stacks.parts.ai.plan import AI_ACCOUNT
from stacks.parts.aks.plan import AKS
from stacks.parts.alerts.plan import ALERTS, SHARED_ALERTS
from stacks.parts.app_hosting.plan import APP_HOSTING
from stacks.parts.budgets.plan import BUDGETS, SHARED_BUDGETS
from stacks.parts.certificates.plan import CERTIFICATES
from stacks.parts.cluster_telemetry.plan import CLUSTER_TELEMETRY
from stacks.parts.conditional_access.plan import CONDITIONAL_ACCESS
from stacks.parts.contract.plan import CONTRACT, READ_CONTRACT
from stacks.parts.cosmos.plan import COSMOS
from stacks.parts.dashboards.plan import DASHBOARDS, SHARED_DASHBOARDS
from stacks.parts.database_grants.plan import DATABASE_GRANTS
from stacks.parts.edge.plan import EDGE
from stacks.parts.entra.plan import ENTRA
from stacks.parts.external_id.plan import EXTERNAL_ID
from stacks.parts.features.plan import FEATURES
from stacks.parts.gateway.plan import GATEWAY
from stacks.parts.groups.plan import GROUPS, SHARED_TIER
from stacks.parts.hosts.plan import HOSTS
from stacks.parts.identity.plan import IDENTITIES
from stacks.parts.kubernetes.plan import KUBERNETES
from stacks.parts.mail.plan import MAIL, MAIL_ACCESS
from stacks.parts.manual_steps.plan import MANUAL_STEPS, SHARED_MANUAL_STEPS
from stacks.parts.migration.plan import MIGRATION
from stacks.parts.monitoring.plan import LOGS, SHARED_LOGS, TELEMETRY
from stacks.parts.network.plan import NETWORK
from stacks.parts.part import AnyPart, Part
from stacks.parts.people.plan import PEOPLE, SHARED_PEOPLE
from stacks.parts.pipelines.plan import PIPELINES, STACK_PIPELINES
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER
from stacks.parts.redis.plan import REDIS
from stacks.parts.registry.plan import REGISTRY, REGISTRY_PATH
from stacks.parts.search.plan import SEARCH
from stacks.parts.secrets.plan import SECRETS
from stacks.parts.service_bus.plan import SERVICE_BUS
from stacks.parts.state.plan import STATE
from stacks.parts.static_sites.gates import STATIC_SITE_GATES
from stacks.parts.static_sites.plan import STATIC_SITES
from stacks.parts.storage.plan import STORAGE
from stacks.parts.subscription.plan import SUBSCRIPTION
from stacks.parts.vaults.plan import VAULTS
from stacks.parts.workloads.plan import WORKLOADS
from stacks.parts.zone.plan import RECORDS, ZONE
from stacks.settings.loading import SHARED
from stacks.settings.models import EnvironmentSettings, SharedSettings

SHARED_PARTS: tuple[Part[SharedSettings, Any], ...] = (
    SHARED_TIER,
    SHARED_LOGS,
    REGISTRY,
    ZONE,
    STATE,
    MAIL,
    RECORDS,
    PIPELINES,
    CONTRACT,
    SHARED_PEOPLE,
    SHARED_MANUAL_STEPS,
    SUBSCRIPTION,
    SHARED_BUDGETS,
    ACCESS,
    # Last: they watch and show what the others have registered.
    SHARED_ALERTS,
    SHARED_DASHBOARDS,
)
"""The stack that all environments use."""

ENVIRONMENT_PARTS: tuple[Part[EnvironmentSettings, Any], ...] = (
    READ_CONTRACT,
    GROUPS,
    STACK_PIPELINES,
    LOGS,
    NETWORK,
    REGISTRY_PATH,
    IDENTITIES,
    ENTRA,
    CONDITIONAL_ACCESS,
    EXTERNAL_ID,
    TELEMETRY,
    AKS,
    VAULTS,
    POSTGRESQL_SERVER,
    COSMOS,
    STORAGE,
    REDIS,
    SERVICE_BUS,
    AI_ACCOUNT,
    SEARCH,
    MAIL_ACCESS,
    # Above: what makes values for vaults. Below: what reads the vaults.
    SECRETS,
    KUBERNETES,
    CERTIFICATES,
    GATEWAY,
    DATABASE_GRANTS,
    APP_HOSTING,
    WORKLOADS,
    STATIC_SITES,
    HOSTS,
    EDGE,
    STATIC_SITE_GATES,
    CLUSTER_TELEMETRY,
    MIGRATION,
    FEATURES,
    PEOPLE,
    MANUAL_STEPS,
    SUBSCRIPTION,
    BUDGETS,
    ACCESS,
    # Last: they watch and show what the others have registered.
    ALERTS,
    DASHBOARDS,
)
"""An environment in one region."""


def parts_of(environment: str) -> tuple[AnyPart, ...]:
    """The parts of every stack of an environment."""
    return SHARED_PARTS if environment == SHARED else ENVIRONMENT_PARTS
