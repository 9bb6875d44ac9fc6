"""What environments read of ``shared``: one typed contract (S3-017)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime import is_dry_run

from components.dns.zone import PublicZone
from components.mail.mail import Mail
from components.naming.guid import stand_in_id
from components.registry.registry import Registry
from stacks.parts.certificates.plan import CERTIFICATES, DomainZone
from stacks.parts.edge.plan import EDGE
from stacks.parts.mail.plan import MAIL_SCOPE
from stacks.parts.pipelines.identities import principal, stack_keys
from stacks.parts.pipelines.plan import PIPELINES
from stacks.parts.registry.plan import REGISTRY_SCOPE
from stacks.parts.site import Site
from stacks.parts.unknown import unknown
from stacks.parts.zone.plan import ZONE_SCOPE
from stacks.plan.model import StackPlan

OUTPUT = "contract"
"""The stack output that holds it."""


@dataclass(frozen=True)
class SharedOutputs:
    """What ``shared`` offers. The keys of the contract are the names of these fields."""

    registry_id: pulumi.Input[str]
    registry_login_server: pulumi.Input[str]
    zone_id: pulumi.Input[str]
    zone_group: pulumi.Input[str]
    """Name of the resource group of the public zone."""
    mail_id: pulumi.Input[str]
    """Id of the communication service."""
    mail_endpoint: pulumi.Input[str]
    """The address of the communication service, an https URL."""
    mail_sender: pulumi.Input[str]
    """The address that mail comes from."""
    pipelines: pulumi.Input[Mapping[str, pulumi.Input[str]]]
    """Object ids of the identities of pipelines, by their keys: ``dev-apply``."""

    @classmethod
    def read(cls, stack: str) -> SharedOutputs:
        """Read the contract of another stack of this project, in whatever back end both are. Ends the run with one line
        where it is not what this code expects.

        In a preview, a field that the other stack has not written yet is unknown: the change that adds it to the
        contract is previewed before anything is brought up.
        """
        name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}"
        reference = pulumi.StackReference(name)
        contract = pulumi.Output.all(name, reference.outputs).apply(lambda both: _checked(cls, *both))
        return cls(**{field: _field(contract, field) for field in cls.__dataclass_fields__})


def stand_in(plan: StackPlan) -> Mapping[str, Any]:
    """A contract in which every field stands for itself, as an environment reads it where `shared` is not up. An object
    id is a GUID: azuread refuses any other; the zone is the one that the plan expects."""
    fields: dict[str, Any] = {field: f"/{field}" for field in SharedOutputs.__dataclass_fields__}
    zone = planned_zone(plan)
    if zone:
        fields["zone_id"] = zone.id
    return {**fields, "pipelines": {key: stand_in_id(key) for key in stack_keys(plan.stack)}}


def planned_zone(plan: StackPlan) -> DomainZone | None:
    """The zone of the domain, where a plan writes in it."""
    certificates, edge = plan.get(CERTIFICATES), plan.get(EDGE)
    return edge.domain if edge else certificates.domain if certificates else None


def _field(contract: pulumi.Output[Mapping[str, Any]], field: str) -> pulumi.Output[Any]:
    """A field of a contract; unknown where it is missing from one that :func:`_checked` has let pass."""
    return contract.apply(lambda found: found[field] if field in found else unknown())


def _checked(contract: type[SharedOutputs], stack: str, outputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The contract with all its fields, or the end of the run. A preview goes on without some of them, not without
    any: then the other stack has never been up."""
    found = outputs.get(OUTPUT) or {}
    fields = set(contract.__dataclass_fields__)
    missing = fields - set(found)
    if missing and found and is_dry_run():
        pulumi.log.warn(f"the stack {stack} has not written yet: {', '.join(sorted(missing))}; unknown in this preview")
    elif missing:
        seen = f"without {', '.join(sorted(missing))}" if outputs else "no outputs"
        raise pulumi.RunError(
            f"the stack {stack} must be up before this one; seen: {seen}; run `pulumi up` there first"
        )
    return {field: found[field] for field in fields & set(found)}


def read_contract(site: Site, stack: str) -> None:
    """Read what ``shared`` offers."""
    shared = SharedOutputs.read(stack)
    for field in SharedOutputs.__dataclass_fields__:
        site.shared.put(field, pulumi.Output.from_input(getattr(shared, field)))
    site.resources.put(REGISTRY_SCOPE, shared.registry_id)
    site.resources.put(MAIL_SCOPE, shared.mail_id)
    site.outputs.put("registry_login_server", shared.registry_login_server)


def write_contract(site: Site, _: bool) -> None:
    """Export what the environments read."""
    zone, mail = site.component(PublicZone, ZONE_SCOPE), site.component(Mail, MAIL_SCOPE)
    contract = SharedOutputs(
        registry_id=site.resources[REGISTRY_SCOPE],
        registry_login_server=site.component(Registry, REGISTRY_SCOPE).login_server,
        zone_id=zone.id,
        zone_group=zone.resource_group,
        mail_id=mail.id,
        mail_endpoint=mail.endpoint,
        mail_sender=mail.sender,
        pipelines={key: site.principals[principal(key)] for key in _pipelines(site)},
    )
    site.outputs.put(OUTPUT, {field: getattr(contract, field) for field in SharedOutputs.__dataclass_fields__})


def _pipelines(site: Site) -> tuple[str, ...]:
    plan = site.plan.get(PIPELINES)
    return tuple(each.key for each in plan.identities if each.stack) if plan else ()
