"""Who may do what: every role assignment of a stack, on plain keys.

``scope`` and ``principal`` are keys that the build resolves: ``cluster``, ``registry``, ``workspace``,
``subnet/aks-nodes``, ``identity/kubelet``, ``telemetry/app``. Nothing is granted wider than the resource it is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from components.facts.roles import ROLES, TOO_WIDE
from components.naming import Names, role_assignment_name
from components.problems import Problem
from stacks.catalogue import Catalogue
from stacks.plan.model import GrantPlan
from stacks.plan.stores import STORES
from stacks.settings import EnvironmentSettings, Settings
from stacks.settings.loading import file_name

CONTROL_PLANE = "identity/control-plane"
KUBELET = "identity/kubelet"
SERVICE_PRINCIPAL = "ServicePrincipal"
WIDER = frozenset({"subscription", "resource-group", "management-group", "tenant"})
READ = "components/facts/roles.py"

BEFORE_THE_CLUSTER = (
    ("network-contributor", CONTROL_PLANE, "subnet/aks-nodes"),
    ("identity-operator", CONTROL_PLANE, KUBELET),
    ("acr-pull", KUBELET, "registry"),
)
"""What AKS checks or needs while it makes a cluster (Microsoft: Use a managed identity in AKS; S3-110; estate W2)."""

FOR_A_PRIVATE_API = ("network-contributor", CONTROL_PLANE, "network")
"""AKS links the API's private DNS zone to the network (MicrosoftDocs/azure-aks-docs #110: the subnet is not enough)."""


def scopes_of(settings: Settings, catalogue: Catalogue) -> Mapping[str, str]:
    """Every resource at which a role can be granted, and its kind."""
    scopes = {"registry": "container-registry", "workspace": "log-analytics-workspace"}
    if isinstance(settings, EnvironmentSettings):
        scopes |= {"cluster": "kubernetes-cluster", KUBELET: "user-assigned-identity", "network": "virtual-network"}
        scopes |= {f"subnet/{role}": "subnet" for role in settings.network.subnets}
        scopes |= {
            f"telemetry/{service.key}": "application-insights"
            for service in catalogue
            if "application-insights" in service.parts
        }
        for store in STORES:
            scopes |= store.scopes(settings, catalogue)
    return scopes


def access_problems(stack: str, settings: Settings, catalogue: Catalogue) -> Iterator[Problem]:
    """Unknown roles and scopes, roles at what they are not for, and what is wider than a resource."""
    scopes = scopes_of(settings, catalogue)
    for key, access in settings.access.items():
        path = f"{file_name(stack)}: mystira:access.{key}"
        role, kind = ROLES.get(access.role), scopes.get(access.scope)
        if role is None:
            wide = access.role in TOO_WIDE or access.role.lower() in {name.lower() for name in TOO_WIDE.values()}
            what = "opens more than anybody needs" if wide else "unknown role"
            yield Problem(f"{path}.role", what, access.role, ", ".join(ROLES), READ)
        if kind is None:
            wide = access.scope.split("/")[0] in WIDER or access.scope.startswith("/")
            what = "wider than a resource" if wide else "no such resource"
            yield Problem(f"{path}.scope", what, access.scope, ", ".join(sorted(scopes)), READ)
        if role and kind and kind not in role.kinds:
            yield Problem(f"{path}.scope", f"{role.key} is not for a {kind}", access.scope, ", ".join(role.kinds), READ)


def grants_of(stack: str, settings: Settings, catalogue: Catalogue, names: Names) -> tuple[GrantPlan, ...]:
    """All grants: what the platform needs, what the services need, what the settings give to people and pipelines."""
    scopes = scopes_of(settings, catalogue)

    def made(role: str, principal: str, principal_type: str, scope: str, key: str = "") -> GrantPlan:
        place = f"{names.org}{names.instance}-{stack}"
        return GrantPlan(
            key=key or f"{principal.partition('/')[2]}-{role}-{scope.replace('/', '-')}",
            name=role_assignment_name(scope=f"{place}/{scope}", role=role, principal=f"{place}/{principal}"),
            role=ROLES[role],
            principal=principal,
            principal_type=principal_type,
            scope=scope,
            kind=scopes[scope],
        )

    found: list[GrantPlan] = []
    if isinstance(settings, EnvironmentSettings):
        before = [*BEFORE_THE_CLUSTER, *([FOR_A_PRIVATE_API] if settings.aks.api == "private" else [])]
        found += [made(role, principal, SERVICE_PRINCIPAL, scope) for role, principal, scope in before]
        for service in catalogue:
            for need in service.needs:
                found += [
                    made(
                        wanted.role,
                        f"identity/{service.key}",
                        SERVICE_PRINCIPAL,
                        wanted.target.format(service=service.key),
                    )
                    for wanted in need.grants
                ]
        for store in STORES:
            found += [
                made(wanted.role, f"identity/{service}", SERVICE_PRINCIPAL, wanted.target)
                for service, wanted in store.grants(settings, catalogue)
            ]
    found += [
        made(access.role, access.principal_id, access.principal_type, access.scope, key)
        for key, access in settings.access.items()
    ]
    return tuple(found)
