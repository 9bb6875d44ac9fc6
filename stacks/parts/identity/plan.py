"""The managed identity of each service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.identity.spec import IdentitySpec
from stacks.context import Context
from stacks.parts.part import Grant, Part
from stacks.settings.models import EnvironmentSettings


@dataclass(frozen=True)
class IdentityPlan:
    """The identity of one service, in its group."""

    service: str
    group: str
    spec: IdentitySpec
    tags: Mapping[str, str]


class Identities(Part[EnvironmentSettings, tuple[IdentityPlan, ...]]):
    """An identity for every service that has a workload or a need (S3-109)."""

    key = "identity"

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[IdentityPlan, ...]:
        return tuple(
            IdentityPlan(
                service=service.key,
                group=service.group,
                spec=IdentitySpec(context.names.name(service.project, "user-assigned-identity")),
                tags=context.tags(service.key),
            )
            for service in context.catalogue
            if service.identified
        )

    def grants(self, context: Context[EnvironmentSettings]) -> Iterator[Grant]:
        """The roles of the services' needs."""
        for service in context.catalogue:
            for wanted in (wanted for need in service.needs for wanted in need.grants):
                yield Grant(wanted.role, f"identity/{service.key}", wanted.target.format(service=service.key))


IDENTITIES = Identities()
