"""The tables of resource types, assembled from the products' facts, and what is derived from them."""

from __future__ import annotations

from collections.abc import Mapping

from components.access import facts as access
from components.ai import facts as ai
from components.aks import facts as aks
from components.alerts import facts as alerts
from components.app_hosting import facts as app_hosting
from components.budgets import facts as budgets
from components.cdn import facts as cdn
from components.cluster_telemetry import facts as cluster_telemetry
from components.cosmos import facts as cosmos
from components.dashboards import facts as dashboards
from components.dns import facts as dns
from components.entra import facts as entra
from components.facts.model import DirectoryType, KubernetesType, OwnedElsewhere, RegisteredType, ResourceType
from components.groups import facts as groups
from components.identity import facts as identity
from components.kubernetes import facts as kubernetes
from components.mail import facts as mail
from components.monitoring import facts as monitoring
from components.network import facts as network
from components.portal import facts as portal
from components.postgresql import facts as postgresql
from components.redis import facts as redis
from components.registry import facts as registry
from components.search import facts as search
from components.service_bus import facts as service_bus
from components.static_sites import facts as static_sites
from components.storage import facts as storage
from components.subscription import facts as subscription
from components.surroundings import facts as surroundings
from components.vaults import facts as vaults

_PRODUCTS = (
    groups,
    access,
    surroundings,
    budgets,
    dashboards,
    portal,
    network,
    monitoring,
    alerts,
    subscription,
    cluster_telemetry,
    identity,
    registry,
    aks,
    app_hosting,
    static_sites,
    postgresql,
    redis,
    cosmos,
    storage,
    service_bus,
    vaults,
    ai,
    search,
    mail,
    dns,
    cdn,
)

RESOURCE_TYPES: Mapping[str, ResourceType] = {row.key: row for product in _PRODUCTS for row in product.ROWS}
"""By key: what is at Azure Resource Manager."""

BY_TOKEN: Mapping[str, ResourceType] = {row.token: row for row in RESOURCE_TYPES.values()}
"""By Pulumi's token: what is at Azure Resource Manager."""

DIRECTORY_TYPES: Mapping[str, DirectoryType] = {row.key: row for row in entra.ROWS}
"""By key: what is in an Entra tenant."""

KUBERNETES_TYPES: Mapping[str, KubernetesType] = {row.key: row for row in kubernetes.ROWS}
"""By key: what is in the cluster."""

REGISTERED_TYPES: Mapping[str, RegisteredType] = {**RESOURCE_TYPES, **DIRECTORY_TYPES, **KUBERNETES_TYPES}
"""By key: everything that the program registers."""

REGISTERED_BY_TOKEN: Mapping[str, RegisteredType] = {row.token: row for row in REGISTERED_TYPES.values()}
"""By Pulumi's token: everything that the program registers."""

PARENT_OF: Mapping[str, ResourceType] = {
    child: row for row in RESOURCE_TYPES.values() if row.one_at_a_time for child in row.one_at_a_time.children
}
"""By key of a child that Azure writes one at a time: its parent."""

OWNED_ELSEWHERE: tuple[tuple[RegisteredType, OwnedElsewhere], ...] = tuple(
    (row, owned) for row in REGISTERED_TYPES.values() for owned in row.owned_elsewhere
)
"""Every property that another controller changes after the first deployment, with its type."""
