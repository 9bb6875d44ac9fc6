"""The public side of accounts and services: the addresses that their firewalls let in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Network
from typing import Protocol

from components.problems import Problem
from stacks.context import Context
from stacks.settings.models import EnvironmentSettings
from stacks.settings.types import is_documentation, texts


class PublicSide(Protocol):
    """The settings of a public side."""

    @property
    def public_access(self) -> bool:
        """Whether it is on."""
        ...

    @property
    def allowed_ranges(self) -> Sequence[IPv4Network]:
        """Who comes through it."""
        ...


def addresses(ranges: Iterable[IPv4Network]) -> tuple[str, ...]:
    """Ranges as these firewalls take them: a single address has no prefix length."""
    return tuple(each.removesuffix("/32") for each in texts(ranges))


def firewall_problems(path: str, ranges: Sequence[IPv4Network], firewall: str, read: str) -> Iterator[Problem]:
    """Ranges that these firewalls do not accept. ``firewall`` names the one that is meant, ``read`` says what Azure
    says of it."""
    for index, cidr in enumerate(ranges):
        if cidr.prefixlen == 31 or (cidr.is_private and not is_documentation(cidr)):
            what, allowed = f"not a range that {firewall} accepts", "public, /30 or larger, or one address"
            yield Problem(f"{path}.{index}", what, str(cidr), allowed, read)


def public_side_problems(
    context: Context[EnvironmentSettings], section: str, settings: PublicSide, read: str
) -> Iterator[Problem]:
    """Ranges without effect, a public side for nobody or everybody, and ranges that no firewall accepts. ``read`` is
    what Azure says of this firewall."""
    path = context.path(f"{section}.allowed_ranges")
    if settings.allowed_ranges and not settings.public_access:
        seen = ", ".join(texts(settings.allowed_ranges))
        yield Problem(path, "has no effect while public_access is off", seen, "none, or public_access: true")
    if settings.public_access and not settings.allowed_ranges:
        what = "missing: public access without ranges is open to nobody, or to everybody"
        yield Problem(path, what, "", "addresses of offices, or public_access: false", read)
    yield from firewall_problems(path, settings.allowed_ranges, "this firewall", read)
