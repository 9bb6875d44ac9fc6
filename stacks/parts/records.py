"""Records in the public DNS zone, as parts ask for them."""

from __future__ import annotations

from dataclasses import dataclass

from components.dns.facts import APEX
from components.dns.spec import RecordSetSpec


@dataclass(frozen=True)
class Record:
    """One record. All records of one name and type are one record set, whichever parts ask for them."""

    name: str
    """Its name below the zone, such as ``mail``; ``@`` is the zone itself."""
    type: str
    """One of :data:`components.dns.facts.RECORD_TYPES`."""
    ttl: int
    """For how many seconds resolvers keep it."""
    value: str = ""
    """Its value, where the plan knows it."""
    reference: str = ""
    """The product that is its value, where only the deployment makes it: ``mail/verification/SPF``."""


@dataclass(frozen=True)
class RecordSet:
    """A record set, and where the values of its records come from."""

    spec: RecordSetSpec
    records: tuple[Record, ...]


def below(zone: str, domain: str) -> str:
    """The name that a domain in the zone has as a record: ``mail`` for mail.mystira.app; ``@`` for the zone itself."""
    return domain.removesuffix(zone).rstrip(".") or APEX


def beneath(label: str, name: str) -> str:
    """The record ``label`` of the name: ``_dmarc.mail``; of the zone itself ``_dmarc``."""
    return label if name == APEX else f"{label}.{name}"
