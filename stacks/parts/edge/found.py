"""What answers behind each endpoint: what parts of this stack offer, and what the settings add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stacks.context import Context
from stacks.parts.origins import Origin
from stacks.settings.edge import OriginSettings
from stacks.settings.models import EnvironmentSettings

Found = Mapping[str, Sequence[tuple[Origin, OriginSettings]]]
"""By endpoint: its origins, each with its share of the requests."""


def found_origins(context: Context[EnvironmentSettings]) -> Found:
    """All origins of every endpoint: that of this stack first, the others in the order of their regions."""
    settings = context.settings.edge.origins
    found: dict[str, list[tuple[Origin, OriginSettings]]] = {}
    for origin in context.origins:
        share = settings.get(origin.endpoint, {}).get(origin.region, OriginSettings())
        found.setdefault(origin.endpoint, []).append((origin, share))
    for endpoint, regions in settings.items():
        own = {origin.region: origin.gate for origin, _ in found.get(endpoint, ())}
        gate = next(iter(own.values()), "")
        for region, share in sorted(regions.items()):
            if region not in own:
                found.setdefault(endpoint, []).append((_origin(endpoint, region, share, gate), share))
    return found


def _origin(endpoint: str, region: str, share: OriginSettings, gate: str) -> Origin:
    """An origin of another stack: what has no link is closed as this stack's own is."""
    return Origin(
        endpoint,
        region,
        behind="",
        host=share.host_name or "",
        link=share.private_link_id or "",
        group=share.group or "",
        gate="" if share.private_link_id else gate,
    )
