"""Who wants which name in the public zone, all stacks together: a name belongs to one.

A stack sees of the others only their settings files, so that all claims, its own included, are made from settings and
the catalogue alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from components.certificates.facts import CHALLENGE
from components.dns.facts import APEX
from components.mail.facts import SELECTORS
from components.problems import Problem
from stacks.catalogue.model import Catalogue
from stacks.context import Context
from stacks.parts.hosts.plan import ORIGIN_SUFFIX
from stacks.parts.records import below, beneath
from stacks.settings.loading import NAMESPACE, SHARED, file_name
from stacks.settings.models import EnvironmentSettings
from stacks.settings.others import OtherStack

ALLOWED = "one stack a name: another redirect, edge.prepared, or edge.enabled: false"
READ = "docs/runbooks/edge.md"


@dataclass(frozen=True)
class Claim:
    """A name below the zone that somebody wants."""

    name: str
    """``dev.api``; ``@`` is the zone itself."""
    by: str
    """Who wants it, as errors name it."""


def claim_problems(context: Context[Any]) -> Iterator[Problem]:
    """Names of the edge that it, or another stack, wants for something else."""
    settings = context.settings
    if not isinstance(settings, EnvironmentSettings):
        return
    taken: dict[str, Claim] = {}
    for claim in _others(context):
        taken.setdefault(claim.name, claim)
    for claim in edge_claims(context.stack, context.environment, settings, context.catalogue):
        if other := taken.get(claim.name):
            seen = f"{claim.name}: {other.by}"
            yield Problem(claim.by, "the name in the zone is somebody else's already", seen, ALLOWED, READ)
        taken.setdefault(claim.name, claim)


def _others(context: Context[EnvironmentSettings]) -> Iterator[Claim]:
    """What the own edge must leave alone. What the edge of another stack wants, and what no edge has to do with."""
    yield from _gateway_claims(context.stack, context.environment, context.settings, context.catalogue)
    for stack, other in context.others.items():
        if stack == SHARED:
            yield from _mail_claims(context.settings.domain.name, other)
        elif other.domain.name == context.settings.domain.name:
            environment = other.environment or stack
            yield from edge_claims(stack, environment, other, context.catalogue)
            if environment != context.environment:
                yield from _gateway_claims(stack, environment, other, context.catalogue)


def edge_claims(
    stack: str, environment: str, settings: EnvironmentSettings | OtherStack, catalogue: Catalogue
) -> Iterator[Claim]:
    """The public hosts that the edge of a stack serves, and its redirects."""
    edge = settings.edge
    if not edge.enabled:
        return
    for service in catalogue:
        override = settings.services.get(service.key)
        for endpoint in service.endpoints if override is None or override.public else ():
            if not endpoint.internal and endpoint.name not in edge.prepared:
                name = f"{_prefix(environment, settings)}{endpoint.name}"
                yield Claim(name, f"{file_name(stack)}: {NAMESPACE}:edge, the host of {service.key}/{endpoint.name}")
    for label in edge.redirects:
        yield Claim(label, f"{file_name(stack)}: {NAMESPACE}:edge.redirects.{label}")


def _gateway_claims(
    stack: str, environment: str, settings: EnvironmentSettings | OtherStack, catalogue: Catalogue
) -> Iterator[Claim]:
    """What the certificate of a cluster's gateway needs (stacks/parts/certificates): answers to challenges, and who may
    sign. Where an endpoint is depends on more than is read of another stack: the names of all are kept free."""
    by = f"{file_name(stack)}: {NAMESPACE}:ingress.certificates"
    yield Claim(f"acme.{environment}", by)
    for service in catalogue:
        for endpoint in service.endpoints:
            origin = f"{_prefix(environment, settings)}{endpoint.name}{ORIGIN_SUFFIX}"
            yield Claim(origin, by)
            yield Claim(beneath(CHALLENGE, origin), by)


def _mail_claims(domain: str, shared: OtherStack) -> Iterator[Claim]:
    """The mail domain and what proves its mail (stacks/parts/mail, stacks/parts/zone)."""
    if shared.mail.domain is not None:
        name = below(domain, shared.mail.domain.name)
        labels = ("_dmarc", *(f"{selector}._domainkey" for selector in SELECTORS))
        for each in (*(beneath(label, name) for label in labels), *(() if name == APEX else (name,))):
            yield Claim(each, f"{file_name(SHARED)}: {NAMESPACE}:mail.domain")


def _prefix(environment: str, settings: EnvironmentSettings | OtherStack) -> str:
    """What hosts of an environment begin with (stacks/parts/hosts)."""
    labelled = environment != "prod" or settings.domain.environment_label_in_prod
    return f"{environment}." if labelled else ""
