"""The tests that ask public hosts from outside: what they are called, and whose component keeps what they find."""

from __future__ import annotations

from typing import Any

from stacks.catalogue.model import Catalogue, Service
from stacks.context import Context
from stacks.parts.monitoring.plan import APPLICATION_INSIGHTS


def role_of(key: str) -> str:
    """What tells the test of a host from others in its name: the letters and digits of its logical name."""
    return "".join(letter for letter in key if letter.isalnum())


def keeper_of(catalogue: Catalogue, endpoint: str) -> Service | None:
    """Whose component keeps the answers of an endpoint: that of its service, else of one in the same group, else the
    first; ``None`` where no service has one."""
    owner = next(service for service in catalogue if any(each.name == endpoint for each in service.endpoints))
    having = [service for service in catalogue if APPLICATION_INSIGHTS in service.parts]
    beside = [service for service in having if service.group == owner.group]
    return owner if owner in having else next(iter((*beside, *having)), None)


def web_test_name(context: Context[Any], keeper: Service, key: str) -> str:
    """The name of the test of a host, by its logical name."""
    return context.names.name(keeper.project, "web-test", role=role_of(key))
