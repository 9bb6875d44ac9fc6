"""What builders fill: the resources of a stack as they come into being, by the keys that the plan uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import pulumi
from pulumi_azure_native import authorization

from components.access.role_assignments import role_assignment
from components.access.spec import RoleAssignmentSpec
from components.groups.spec import GroupSpec
from components.guard.guard import Registered
from components.placement import Placement
from components.surroundings.locks import Locks
from components.surroundings.private_path import PrivatePath
from components.surroundings.surround import Surroundings
from stacks.parts.network.subnets import ENDPOINTS
from stacks.plan.model import StackPlan

T = TypeVar("T")
C = TypeVar("C", bound=pulumi.ComponentResource)

AZURE = "azure"
"""The provider of Azure resources."""


class Registry(Mapping[str, T], Generic[T]):
    """Things by key, each put there once."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._found: dict[str, T] = {}

    def put(self, key: str, value: T) -> None:
        """Add one. Raises ``ValueError`` for a key that is taken."""
        if key in self._found:
            raise ValueError(f"two builders make the {self._what} {key}")
        self._found[key] = value

    def __getitem__(self, key: str) -> T:
        try:
            return self._found[key]
        except KeyError:
            known = ", ".join(sorted(self._found)) or "nothing"
            raise KeyError(f"no {self._what} {key} has been built; known: {known}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class Site:
    """The stack under construction. Builders run in the order of the parts and leave here what later ones need."""

    def __init__(self, plan: StackPlan, azure: pulumi.ProviderResource, registered: Sequence[Registered] = ()) -> None:
        self.plan = plan
        self.registered = registered
        """Every Azure resource that has been registered so far, whichever part did it."""
        self.providers: Registry[pulumi.ProviderResource] = Registry("provider")
        self.groups: Registry[tuple[GroupSpec, pulumi.Output[str]]] = Registry("resource group")
        """Resource groups, each with its name once it exists."""
        self.resources: Registry[pulumi.Input[str]] = Registry("resource")
        """Ids of what roles are granted at and other parts refer to: ``topic/AccountCreated``, ``subnet/aks-nodes``."""
        self.zones: Registry[pulumi.Input[str]] = Registry("private DNS zone")
        """Ids of the private DNS zones, by their names."""
        self.principals: Registry[pulumi.Output[str]] = Registry("principal")
        """Object ids of identities: ``identity/app``."""
        self.hosts: Registry[pulumi.Output[str]] = Registry("host of an origin")
        """The host names of origins that only the deployment knows, by the component that answers: ``site/app``."""
        self.answering: Registry[pulumi.Resource] = Registry("answer behind a host")
        """What must be there before anybody is sent to a component whose host the plan knows: ``gateway``."""
        self.products: Registry[pulumi.Output[str]] = Registry("product")
        """Values for vaults and records: ``redis/endpoint/app``."""
        self.versions: Registry[pulumi.Input[str]] = Registry("version of a secret")
        """The version of each secret that this run knows, by service and name: ``publisher/chain-rpc-endpoint``; empty:
        its owner writes it."""
        self.shared: Registry[pulumi.Output[Any]] = Registry("value of shared")
        """What the contract of ``shared`` says, by its fields."""
        self.components: Registry[pulumi.ComponentResource] = Registry("component")
        """Components that later builders use: ``vault/app``."""
        self.outputs: Registry[object] = Registry("output")
        """The outputs of the stack."""
        self.roles: Registry[authorization.RoleDefinition] = Registry("role")
        """Roles of our own, by their keys."""
        self.locks = Locks(plan.protection)
        self.granted: dict[str, tuple[str, authorization.RoleAssignment]] = {}
        """The role assignments so far by their keys, each with the type of resource that it is at."""
        self.providers.put(AZURE, azure)

    def options(self, provider: str = AZURE) -> pulumi.ResourceOptions:
        """The options of a component: its provider."""
        return pulumi.ResourceOptions(provider=self.providers[provider])

    def component(self, kind: type[C], key: str) -> C:
        """A component that an earlier builder has put there, as its type."""
        found = self.components[key]
        if not isinstance(found, kind):
            raise TypeError(f"{key} is a {type(found).__name__}, not a {kind.__name__}")
        return found

    def group(self, key: str) -> pulumi.Output[str]:
        """The name of a resource group."""
        return self.groups[key][1]

    def place(
        self, group: str = "core", tags: Mapping[str, str] | None = None, more: Mapping[str, str] | None = None
    ) -> Placement:
        """A place in a resource group, with the group's tags unless others are given, and with ``more`` of them."""
        spec, name = self.groups[group]
        return Placement(name, self.plan.region, {**(spec.tags if tags is None else tags), **(more or {})})

    @property
    def around(self) -> Surroundings:
        """What is around every resource, as far as it exists."""
        return Surroundings(self.resources["workspace"], self.resources.get(f"subnet/{ENDPOINTS}"), self.locks)

    def private(self, name: str, group: str, zones: Sequence[str], place: Placement | None = None) -> PrivatePath:
        """A private endpoint ``name`` to the sub-resource ``group`` of a target, found through ``zones``."""
        ids = {zone: self.zones[zone] for zone in zones}
        return PrivatePath(name, group, ids, place or self.place())

    def grant(self, specs: Iterable[RoleAssignmentSpec]) -> list[authorization.RoleAssignment]:
        """Register role assignments, but for those that exist already."""
        found = []
        for spec in specs:
            if spec.key not in self.granted:
                definition = self.roles.get(spec.role.key)
                after = pulumi.ResourceOptions(depends_on=[definition] if definition else [])
                assignment = role_assignment(
                    spec,
                    principal_id=self.principals.get(spec.principal, spec.principal),
                    scope=self.resources[spec.scope],
                    subscription_id=self.plan.subscription_id,
                    options=pulumi.ResourceOptions.merge(self.options(), after),
                )
                self.granted[spec.key] = (spec.kind, assignment)
            found.append(self.granted[spec.key][1])
        return found
