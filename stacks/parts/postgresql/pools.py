"""How many connections each copy of a service may open, so that all of them together fit the server.

Without PgBouncer every connection of a client is one of the server's. With it, clients share what PgBouncer opens for
each pair of user and database, and only its own limit counts for them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from components.postgresql.facts import (
    BURSTABLE,
    LIMITS,
    POOL_CLIENTS,
    POOL_SIZE,
    POOLING,
    RESERVED_CONNECTIONS,
    connections_of,
)
from components.problems import Problem
from stacks.catalogue.model import HostKind, Service
from stacks.catalogue.needs.database import Database
from stacks.context import Context
from stacks.settings.models import EnvironmentSettings

PEOPLE = 5
"""Connections that are kept for administrators and the grants."""

SURGE = 1.25
"""Copies while a rollout replaces them, by the Deployment's default maxSurge of 25 % (Kubernetes: Deployments)."""

LARGEST = 100
"""Npgsql's own default of Maximum Pool Size."""

SMALLEST = 2
"""Below this a copy waits for its own connections."""

URL_POOL = 10
"""What node-postgres opens at most; a URL cannot set it (node-postgres: pg.Pool, max)."""


@dataclass(frozen=True)
class Client:
    """A service that connects to one database, from all of its copies."""

    product: str
    copies: int
    """Its copies at most, a rollout included."""
    url: bool
    """Whether its pool is sized separately."""


def pool_size(context: Context[EnvironmentSettings], *, replicas: bool = False) -> int:
    """The connections that one copy may open to one database: as many as fit, Npgsql's default at most.

    ``replicas``: for what only reads, where there are read replicas.
    """
    found = _clients(context, replicas=replicas)
    fixed = sum(each.copies * URL_POOL for each in found if each.url)
    copies = sum(each.copies for each in found if not each.url)
    return LARGEST if not copies else min(LARGEST, (_room(context) - fixed) // copies)


def pool_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Copies for which the server, or PgBouncer, has too few connections."""
    server, path = context.settings.postgresql, context.path("postgresql.sku")
    if connections_of(server.sku) is None:
        return
    wayout = "a larger size, fewer copies (services.*.replicas), or pgbouncer where the tier has it"
    for replicas in {False, server.replicas > 0}:
        found = _clients(context, replicas=replicas)
        size = pool_size(context, replicas=replicas)
        if found and (size < SMALLEST or sum(each.copies * URL_POOL for each in found if each.url) > _room(context)):
            seen = f"{server.sku}: room for {_room(context)}, {sum(each.copies for each in found)} copies at most"
            yield Problem(path, "too few connections for the services", seen, wayout, LIMITS)
    pairs = len(_clients(context, replicas=False))
    wanted = pairs * int(server.parameters.get("pgbouncer.default_pool_size", POOL_SIZE))
    if server.pgbouncer and server.tier != BURSTABLE and wanted > _connections(context):
        seen = f"{pairs} users of databases, {wanted} connections; {server.sku} has {_connections(context)}"
        allowed = "a larger size, or a smaller pgbouncer.default_pool_size"
        yield Problem(path, "PgBouncer would open more connections than the server has", seen, allowed, POOLING)


def _connections(context: Context[EnvironmentSettings]) -> int:
    """The connections of the server that services may open."""
    server = context.settings.postgresql
    most = int(server.parameters.get("max_connections", connections_of(server.sku) or 0))
    return most - RESERVED_CONNECTIONS - PEOPLE


def _room(context: Context[EnvironmentSettings]) -> int:
    """The connections that services may open to what they connect to."""
    server = context.settings.postgresql
    if server.pgbouncer:
        return int(server.parameters.get("pgbouncer.max_client_conn", POOL_CLIENTS))
    return _connections(context)


def _clients(context: Context[EnvironmentSettings], *, replicas: bool) -> list[Client]:
    """Who connects to the server, or to its replicas."""
    separate = context.settings.postgresql.replicas > 0
    return [
        Client(need.product.format(service=service.key), _copies(context, service), need.url)
        for service in context.catalogue
        for need in service.needs
        if isinstance(need, Database) and (need.read_only and separate) is replicas
    ]


def _copies(context: Context[EnvironmentSettings], service: Service) -> int:
    """At the most, a rollout included."""
    own = context.settings.services.get(service.key)
    most = service.workload.replicas[1] if service.workload else 1
    if own and own.replicas:
        most = own.replicas.maximum
    elif service.workload and service.workload.kind is HostKind.APP_SERVICE:
        most = context.settings.hosting.app.maximum
    return math.ceil(most * SURGE)
