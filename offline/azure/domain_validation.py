"""How Front Door finds out that a domain is its customer's: by a token, which the customer writes into public DNS.

Microsoft: Domains in Azure Front Door.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from components.cdn.facts import CHALLENGE, TOKEN_DAYS
from components.facts.types import RESOURCE_TYPES
from offline.azure.behaviour import at
from offline.clock import today
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject, Writer

DOMAIN = RESOURCE_TYPES["front-door-custom-domain"].token

STATE = "domainValidationState"
PENDING = "Pending"
APPROVED = "Approved"
TIMED_OUT = "TimedOut"


def challenge_of(host: str) -> str:
    """The name at which the token of a host must stand: ``_dnsauth.api.mystira.app``."""
    return f"{CHALLENGE}.{host.removeprefix('*.')}".lower()


def expiry() -> str:
    """When a token that is made today ends, as Azure writes it."""
    return f"{(today() + timedelta(days=TOKEN_DAYS)).isoformat()}T00:00:00.0000000+00:00"


def state_of(domain: Properties) -> str:
    """How far a domain has come; its token may have ended without having been seen."""
    state, ends = str(domain.get(STATE, PENDING)), at(domain, "validationProperties", "expirationDate")
    return TIMED_OUT if state == PENDING and ends and date.fromisoformat(ends[:10]) < today() else state


def validate(cloud: Writer, name: str, texts: Iterable[str]) -> None:
    """Approve the domain whose token stands at a name. What has been approved stays approved without the record."""
    for each in cloud.of_type(DOMAIN):
        if challenge_of(str(each.body["hostName"])) == name.lower() and state_of(each.body) == PENDING:
            _approve(cloud, each, texts)


def _approve(cloud: Writer, domain: CloudObject, texts: Iterable[str]) -> None:
    if at(domain.body, "validationProperties", "validationToken") in texts:
        cloud.put(domain.id, DOMAIN, {**domain.body, STATE: APPROVED})
