"""What the edge offers to alerts: every host that it serves, redirects included."""

from __future__ import annotations

from collections.abc import Iterator

from components.cdn.signals import METRICS
from components.cdn.spec import FrontDoorSpec
from stacks.catalogue.names import CORE
from stacks.parts.watched import Signal, Watched

PROFILE = f"front-door-profile/{CORE.code}"
"""The profile, as `mystira:adopt` refers to it."""


def watched_hosts(spec: FrontDoorSpec) -> Iterator[Watched]:
    """Each is asked where its origin's health is asked: a redirect keeps the path, and leads to such an address."""
    probes = {group.name: group.probe_path for group in spec.groups}
    for each in spec.entrances:
        signals = (
            Signal(
                PROFILE,
                metric.name,
                metric.aggregation,
                metric.operator,
                metric.threshold,
                {metric.by: each.group} if metric.by else {},
            )
            for metric in METRICS
        )
        url = f"https://{each.host}{probes[each.group]}"
        yield Watched(each.name, each.host, each.group, url, tuple(signals))
