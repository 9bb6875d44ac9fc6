"""A catalogue with many times the services, for measuring how the program grows."""

from __future__ import annotations

from dataclasses import replace

from components.naming.builder import Project
from stacks.catalogue.model import Catalogue, Service
from stacks.catalogue.needs.cache import Cache
from stacks.catalogue.needs.telemetry import Telemetry
from stacks.catalogue.needs.vault import Vault

KEPT = (Telemetry, Vault, Cache)
"""Needs that every copy may have too: nothing in them has one owner."""


def multiplied(catalogue: Catalogue, times: int) -> Catalogue:
    """The services of ``catalogue``, and copies of those that run something, ``times`` as many in all."""
    copies = [_copy(service, number) for number in range(1, times) for service in catalogue if service.identified]
    return replace(catalogue, services=(*catalogue.services, *copies))


def _copy(service: Service, number: int) -> Service:
    code = f"{service.project.code[:2]}{number}"
    return replace(
        service,
        key=f"{service.key}{number}",
        project=Project(code, code, code),
        endpoints=(),
        needs=tuple(need for need in service.needs if isinstance(need, KEPT)),
    )
