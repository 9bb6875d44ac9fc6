"""The public side of what is also reached privately: named addresses while ``public_access`` is on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def addresses(settings: PublicSide) -> tuple[str, ...]:
    """The ranges as these firewalls take them: a single address has no prefix length."""
    return tuple(each.removesuffix("/32") for each in texts(settings.allowed_ranges))


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
    for index, cidr in enumerate(settings.allowed_ranges):
        if cidr.prefixlen == 31 or (cidr.is_private and not is_documentation(cidr)):
            what = "not a range that this firewall accepts"
            yield Problem(f"{path}.{index}", what, str(cidr), "public, /30 or larger, or one address", read)
