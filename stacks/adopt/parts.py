"""Live resources that are a part of an adopted one and need no entry: subnets of its network, pools of its cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stacks.adopt.live import Live
from stacks.adopt.reasons import Match, Reason
from stacks.build.recording import Planned


@dataclass(frozen=True)
class Inline:
    """Children that a resource has among its own inputs."""

    segment: str
    """Where they are in an id, in lower case."""
    input: str
    """The input that lists them."""
    range: str = ""
    """The field that identifies one besides its name; its name can then be kept."""


INLINE = (Inline("subnets", "subnets", "addressPrefix"), Inline("agentpools", "agentPoolProfiles"))


def part_of(live: Live, became: Mapping[str, Planned], kept: Mapping[str, str]) -> Match | None:
    """The match of a part of an adopted resource; ``None`` for anything else. ``kept`` are the names of subnets that
    the settings keep already, by role."""
    above, segment, name = _split(live.id)
    planned = became.get(above.lower())
    inline = next((each for each in INLINE if each.segment == segment), None)
    if planned is None or inline is None:
        return None
    listed = planned.inputs.get(inline.input)
    for item in listed if isinstance(listed, Sequence) else ():
        planned_name = str(item.get("name", ""))
        if inline.range and item.get(inline.range) in live.ranges and len(live.ranges) == 1:
            roles = {kept_name: role for role, kept_name in kept.items()}
            role = roles.get(planned_name, planned_name)
            setting = ("", "") if planned_name == name else (role, name)
            return Match(live=live, reason=Reason.ADOPTED, within=planned.key, setting=setting, detail=_said(setting))
        if planned_name == name and (not inline.range or not live.ranges):
            return Match(live=live, reason=Reason.ADOPTED, within=planned.key)
    return None


def _said(setting: tuple[str, str]) -> str:
    return f"mystira:network.subnet_names.{setting[0]}: {setting[1]}" if setting[0] else ""


def _split(id: str) -> tuple[str, str, str]:
    parts: list[Any] = id.rsplit("/", 2)
    return (parts[0], parts[1].lower(), parts[2]) if len(parts) == 3 else ("", "", "")
