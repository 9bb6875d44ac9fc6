"""Records in the public DNS zone, as parts ask for them."""

from __future__ import annotations

from dataclasses import dataclass

from components.dns.spec import RecordSetSpec


@dataclass(frozen=True)
class Record:
    """One record. All records of one name and type are one record set, whichever parts ask for them."""

    name: str
    """Its name below the zone, such as ``mail``; ``@`` is the zone itself."""
    type: str
    """``A``, ``AAAA``, ``CNAME`` or ``TXT``."""
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
