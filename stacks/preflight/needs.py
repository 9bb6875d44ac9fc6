"""Everything that a stack asks of its subscription, read from its plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.facts.actions import references, type_of
from components.facts.availability import COSMOS, NAME_CHECKS
from components.facts.model import Scope
from components.facts.subscriptions import ENCRYPTION_AT_HOST, SILENT
from stacks.build.recording import Recording, Registration, recording_of
from stacks.parts.ai.plan import AI_ACCOUNT
from stacks.parts.aks.plan import AKS
from stacks.parts.contract.build import OUTPUT
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER
from stacks.plan.model import StackPlan
from stacks.preflight.rights import Right, rights_of
from stacks.reports import quota as quotas

KEYS_OF_RECOVERY = (("createMode", "recover"), ("restore", True))
"""How the inputs of a vault and of an AI account say that a deleted one is to be recovered."""


@dataclass(frozen=True)
class Provider:
    """A resource provider, or a feature of one, that the subscription must have registered."""

    name: str
    """A namespace (``Microsoft.KeyVault``), or a feature below it (``Microsoft.Compute/EncryptionAtHost``)."""
    reason: str


@dataclass(frozen=True)
class Name:
    """A name that is unique in all of Azure."""

    key: str
    """The key of its type."""
    name: str
    id: str
    """The id that the resource gets."""
    location: str
    recovers: bool
    """Whether a deleted resource of this name is to be recovered."""


@dataclass(frozen=True, order=True)
class Model:
    """A model that the stack deploys."""

    deployment: str
    """The name of the deployment."""
    model: str
    """Such as ``text-embedding-3-large``."""
    version: str
    sku: str
    """Such as ``GlobalStandard``."""
    capacity: int
    """In thousand tokens a minute."""


@dataclass(frozen=True)
class Needs:
    """What a stack needs."""

    stack: str
    tenant_id: str
    subscription_id: str
    region: str
    """Where the stack is; quotas are counted there."""
    rights: tuple[Right, ...]
    providers: tuple[Provider, ...]
    names: tuple[Name, ...]
    vcpus: tuple[quotas.Need, ...]
    """Of the node pools."""
    vcores: tuple[quotas.Need, ...]
    """Of PostgreSQL, which has separate quotas."""
    pools: tuple[str, ...]
    """The ids of the node pools."""
    servers: tuple[str, ...]
    """The ids of the PostgreSQL servers, replicas included."""
    models: tuple[Model, ...]
    accounts: tuple[str, ...]
    """The ids of the accounts that the models are deployed to."""


def contract_of(shared: Recording) -> Mapping[str, str]:
    """What `shared` exports to the other stacks, as far as it is known before a deployment: ids are."""
    contract: Mapping[str, Any] = shared.outputs.get(OUTPUT) or {}
    return {key: value for key, value in contract.items() if isinstance(value, str)}


def needs_of(plan: StackPlan, shared: StackPlan | None = None) -> Needs:
    """The needs of a stack; ``shared`` is the stack that it reads, if it reads one."""
    return needs_in(recording_of(plan, contract_of(recording_of(shared)) if shared else None), plan)


def needs_in(recording: Recording, plan: StackPlan) -> Needs:
    """The needs of a stack that has been recorded."""
    aks, database = plan.get(AKS), plan.get(POSTGRESQL_SERVER)
    return Needs(
        stack=plan.stack,
        tenant_id=plan.tenant_id,
        subscription_id=plan.subscription_id,
        region=plan.region,
        rights=rights_of(recording, plan.subscription_id),
        providers=tuple(_providers(recording.registrations)),
        names=tuple(_names(recording.registrations)),
        vcpus=tuple(quotas.needs_of(aks)) if aks else (),
        vcores=tuple(quotas.database_needs_of(database.server)) if database else (),
        pools=_ids(recording, lambda each: each.row.key == "agent-pool") + tuple(_first_pools(recording.registrations)),
        servers=_ids(recording, lambda each: each.row.key == "postgresql-server"),
        models=tuple(models_of(plan)),
        accounts=_ids(recording, lambda each: each.row.key == "ai-account"),
    )


def models_of(plan: StackPlan) -> Iterator[Model]:
    """The models that a plan deploys."""
    ai = plan.get(AI_ACCOUNT)
    for each in ai.deployments if ai else ():
        yield Model(each.name, each.model, each.version, each.sku, each.capacity)


def _ids(recording: Recording, wanted: Callable[[Registration], bool]) -> tuple[str, ...]:
    return tuple(each.id for each in recording.registrations if wanted(each))


def _first_pools(registrations: Iterable[Registration]) -> Iterator[str]:
    """The pools that a cluster is created with."""
    for each in registrations:
        if each.row.key == "kubernetes-cluster":
            for profile in each.inputs.get("agentPoolProfiles") or ():
                yield f"{each.id}/agentPools/{profile['name']}"


def _providers(registrations: Iterable[Registration]) -> Iterator[Provider]:
    """The namespaces of every type and of every private endpoint's target, and what a type needs without a request."""
    used, features = dict[str, set[str]](), set[str]()
    for each in registrations:
        used.setdefault(_namespace(each.id), set()).add(each.row.key)
        for silent in SILENT:
            if silent.key == each.row.key:
                used.setdefault(silent.namespace, set()).add(f"{each.row.key}: {silent.why}")
        for path, id in references(each.inputs):
            if "privateLinkServiceConnections" in path:
                used.setdefault(_namespace(id), set()).add(each.row.key)
        if _encrypts_hosts(each.inputs):
            features.add(each.row.key)
    for namespace in sorted(used, key=str.lower):
        yield Provider(namespace, ", ".join(sorted(used[namespace])))
    if features:
        yield Provider(ENCRYPTION_AT_HOST, f"{', '.join(sorted(features))}: nodes are encrypted at their host")


def _namespace(id: str) -> str:
    return type_of(id).partition("/")[0]


def _encrypts_hosts(inputs: Mapping[str, Any]) -> bool:
    """Whether a pool, or one that a cluster is created with, asks for it."""
    return any(each.get("enableEncryptionAtHost") for each in (inputs, *(inputs.get("agentPoolProfiles") or ())))


def _names(registrations: Iterable[Registration]) -> Iterator[Name]:
    for each in registrations:
        if each.row.rule.scope is Scope.GLOBAL and (each.row.key in NAME_CHECKS or each.row.key == COSMOS):
            properties: Mapping[str, Any] = each.inputs.get("properties") or {}
            recovers = any(properties.get(key) == value for key, value in KEYS_OF_RECOVERY)
            location = str(each.inputs.get("location") or "")
            yield Name(each.row.key, each.physical, each.id, location, recovers)
