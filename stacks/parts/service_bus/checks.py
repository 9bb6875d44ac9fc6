"""What Azure or a rule of this platform refuses about Service Bus."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from components.facts.durations import seconds
from components.facts.regions import REGIONS
from components.problems import Problem
from components.service_bus.facts import (
    BASIC,
    DUPLICATE_WINDOW_SECONDS,
    EXCEPTIONS,
    LONGEST_LOCK_SECONDS,
    NO_PRIVATE_STANDARD,
    PARTITIONS,
    PREMIUM,
    QUOTAS,
    SHORTEST_LOCK_SECONDS,
    SIZES_MIB,
    TIERS,
    UNITS,
)
from stacks.catalogue.model import Catalogue
from stacks.catalogue.needs.messages import Messages
from stacks.context import Context
from stacks.settings.models import EnvironmentSettings
from stacks.settings.service_bus import Entity, ServiceBus


def messages_of(catalogue: Catalogue) -> Mapping[str, Messages]:
    """The services that may talk to Service Bus, and what the catalogue says they do there."""
    return {service.key: need for service in catalogue for need in service.needs if isinstance(need, Messages)}


def published(catalogue: Catalogue) -> tuple[str, ...]:
    """The events that somebody publishes: each is a topic."""
    return tuple(dict.fromkeys(event for need in messages_of(catalogue).values() for event in need.publishes))


def topic_name(event: str) -> str:
    """``AccountCreated`` → ``account-created`` (A12)."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", event).lower()


def service_bus_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Everything about Service Bus that Azure would refuse, or that would lose messages or lock everybody out."""
    prefix, bus, catalogue = context.path("service_bus"), context.settings.service_bus, context.catalogue
    if bus.sku == BASIC:
        yield Problem(
            f"{prefix}.sku", "events need topics, and the Basic tier has none", BASIC, "Standard, Premium", TIERS
        )
        return
    yield from _access_problems(prefix, bus)
    yield from _size_problems(prefix, bus)
    if bus.zone_redundant and bus.sku != PREMIUM:
        yield Problem(f"{prefix}.zone_redundant", f"needs Premium, the SKU is {bus.sku}", "true", "false", TIERS)
    elif bus.zone_redundant and not REGIONS[context.settings.azure.region].zones:
        what = f"{context.settings.azure.region} has no zones"
        yield Problem(f"{prefix}.zone_redundant", what, "true", "false")
    for kind, entities, known in (("queues", bus.queues, catalogue.queues), ("topics", bus.topics, catalogue.events)):
        for name, entity in entities.items():
            path = f"{prefix}.{kind}.{name}"
            if name not in known:
                yield Problem(path, "not in the catalogue", name, ", ".join(known))
            yield from _entity_problems(path, bus.sku, entity)
    yield from _subscriber_problems(prefix, bus, catalogue)


def _access_problems(prefix: str, bus: ServiceBus) -> Iterator[Problem]:
    if bus.public_access:
        return
    path = f"{prefix}.public_access"
    if bus.sku != PREMIUM:
        what = f"off, but a private endpoint needs Premium: the SKU is {bus.sku}"
        yield Problem(path, what, "false", "sku: Premium, or public_access: true with a waiver", NO_PRIVATE_STANDARD)
    elif bus.allowed_ranges:
        seen, allowed = ", ".join(map(str, bus.allowed_ranges)), "none, or public_access: true with a waiver"
        yield Problem(f"{prefix}.allowed_ranges", "has no effect while public_access is off", seen, allowed)


def _size_problems(prefix: str, bus: ServiceBus) -> Iterator[Problem]:
    if bus.sku != PREMIUM:
        for field, seen in (("capacity", bus.capacity), ("partitions", bus.partitions)):
            if seen is not None:
                yield Problem(f"{prefix}.{field}", f"needs Premium, the SKU is {bus.sku}", str(seen), "none", TIERS)
        return
    partitions = bus.partitions or 1
    allowed = ", ".join(str(units * partitions) for units in UNITS)
    if bus.capacity is None:
        yield Problem(f"{prefix}.capacity", "missing: Premium is sold in messaging units", "", allowed, TIERS)
    elif partitions > bus.capacity:
        seen, allowed = f"{partitions} partitions, {bus.capacity} messaging units", f"at most {bus.capacity}"
        yield Problem(f"{prefix}.partitions", "more partitions than messaging units", seen, allowed, PARTITIONS)
    elif bus.capacity not in [units * partitions for units in UNITS]:
        what = f"not a number of messaging units for {partitions} {'partition' if partitions == 1 else 'partitions'}"
        yield Problem(f"{prefix}.capacity", what, str(bus.capacity), allowed, PARTITIONS)


def _entity_problems(path: str, sku: str, entity: Entity) -> Iterator[Problem]:
    lock, life = seconds(entity.lock_duration), seconds(entity.time_to_live)
    if not SHORTEST_LOCK_SECONDS <= lock <= LONGEST_LOCK_SECONDS:
        yield Problem(
            f"{path}.lock_duration", "lock duration out of range", entity.lock_duration, "PT5S to PT5M", EXCEPTIONS
        )
    elif life <= lock:
        what = "a message would expire while a receiver works on it"
        yield Problem(f"{path}.time_to_live", what, entity.time_to_live, f"more than {entity.lock_duration}")
    window = entity.duplicate_detection_window
    shortest, longest = DUPLICATE_WINDOW_SECONDS
    if window is not None and not shortest <= seconds(window) <= longest:
        yield Problem(
            f"{path}.duplicate_detection_window",
            "duplicate detection window out of range",
            window,
            "PT20S to P7D, or none",
            QUOTAS,
        )
    if entity.max_size_mib not in SIZES_MIB[sku]:
        allowed = ", ".join(map(str, SIZES_MIB[sku]))
        yield Problem(
            f"{path}.max_size_mib",
            f"the {sku} SKU does not offer this size",
            str(entity.max_size_mib),
            allowed,
            EXCEPTIONS,
        )


def _subscriber_problems(prefix: str, bus: ServiceBus, catalogue: Catalogue) -> Iterator[Problem]:
    users, events = messages_of(catalogue), published(catalogue)
    for event, services in bus.subscribers.items():
        path = f"{prefix}.subscribers.{event}"
        if event not in events:
            yield Problem(path, "no service publishes this event", event, ", ".join(events))
        for service in dict.fromkeys(services):
            if service not in users:
                yield Problem(path, "not a service that needs messages", service, ", ".join(users))
            elif users[service].subscribes.count(event) > 1:
                yield Problem(path, "already subscribes", service, "each service once")
