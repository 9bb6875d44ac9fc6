"""Settings that follow from what is live: what Azure takes alone, converts in a way of its own, or never takes back.

One row a setting. Each says which resource of the plan it is about and what it has to be so that the first run leaves
that resource as it is; changing it afterwards, one thing at a time, is a person's decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from components.facts.regions import REGIONS
from components.problems import InvalidInput, Problem
from stacks.adopt.live import Live
from stacks.adopt.reasons import Match
from stacks.context import Context
from stacks.plan.make import make_plan
from stacks.settings.aks import LivePool

READ = "docs/runbooks/adoption.md"


@dataclass(frozen=True)
class Following:
    """A setting, the resource that it follows, and why."""

    key: str
    """The resource, as `mystira:adopt` refers to it."""
    setting: str
    """Section and field: ``storage.sku``."""
    value: Callable[[Live, Any], Any]
    """The setting for a live resource and the settings as they are; ``None``: nothing is known."""
    why: str
    entry: bool = False
    """Whether the setting is what adopts the resource, in place of an entry of `mystira:adopt`."""


@dataclass(frozen=True)
class Line:
    """A setting that is another than what is live."""

    key: str
    setting: str
    value: Any
    """What it has to be, as YAML has it."""
    was: Any
    """What it is."""
    why: str
    entry: bool = False
    """Whether it adopts the resource."""

    def __str__(self) -> str:
        was = "left out" if self.was is None else self.was
        return f"mystira:{self.setting}: {_shown(self.value)} (now {_shown(was)}), as {self.key} has it: {self.why}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return (
            ", ".join(
                f"{name} ({_shown(each)})" if isinstance(each, Mapping) else f"{name} {_shown(each)}"
                for name, each in value.items()
            )
            or "none"
        )
    return str(value).lower() if isinstance(value, bool) else str(value)


def _replicated(live: Live, settings: Any) -> bool | None:
    names = {name for name, _ in live.said.get("regions") or ()}
    return settings.azure.secondary_region in names if names else None


def _zoned(live: Live, settings: Any) -> bool | None:
    spread = [zones for name, zones in live.said.get("regions") or () if name not in REGIONS or REGIONS[name].zones]
    return all(spread) if spread else None


def _periodic(live: Live, settings: Any) -> Mapping[str, Any] | None:
    said = live.said
    names = ("interval_minutes", "retention_hours", "redundancy")
    return {name: said[name] for name in names if name in said} if said.get("backup") == "Periodic" else None


def _pools(live: Live, settings: Any) -> Mapping[str, Any] | None:
    """The pools of a cluster, each as far as it is known, besides those that the settings tell already."""
    fields = LivePool.model_fields
    told = {
        str(pool["name"]): {name: pool[name] for name in fields if pool.get(name) is not None}
        for pool in live.said.get("pools") or ()
        if pool.get("name") and pool.get("vm_size")
    }
    known = _plain(settings.aks.live_pools)
    return {**known, **dict(sorted(told.items()))} if told else None


def _field(name: str) -> Callable[[Live, Any], Any]:
    return lambda live, settings: live.said.get(name)


_COSMOS, _CLUSTER = "cosmos-account/core", "kubernetes-cluster/core"
_POOL, _CLUSTERS, _POOLS = "agent-pool/", "/managedclusters", "/agentPools/"

FOLLOWING: tuple[Following, ...] = (
    Following(
        "storage-account/core",
        "storage.sku",
        _field("sku"),
        "between one zone and several Azure converts an account on request only "
        "(Microsoft: Change how a storage account is replicated)",
    ),
    Following(_COSMOS, "cosmos.replicate", _replicated, "Azure changes regions alone (docs/runbooks/cosmos.md)"),
    Following(_COSMOS, "cosmos.zone_redundant", _zoned, "the zones of a region are chosen when it is added"),
    Following(
        _COSMOS,
        "cosmos.periodic_backup",
        _periodic,
        "Azure changes the mode alone and never takes it back (docs/runbooks/cosmos.md)",
    ),
    Following(_COSMOS, "cosmos.backup_days", _field("backup_days"), "Azure changes backup alone"),
    Following(
        _CLUSTER,
        "aks.version",
        _field("version"),
        "an upgrade goes one minor version at a time, and no pool is ahead of its cluster (docs/runbooks/aks.md)",
    ),
    Following(
        _CLUSTER, "aks.live_pools", _pools, "a pool keeps its machines, and the proof of capacity is made of them"
    ),
    Following(
        "postgresql-server/core",
        "postgresql.version",
        _field("version"),
        "a major upgrade goes alone, and there is no way back (docs/runbooks/postgresql.md)",
    ),
    Following(
        "dns-zone/domain",
        "dns.adopt",
        lambda live, settings: live.id,
        "a domain has one zone, and it stays in its group",
        entry=True,
    ),
)


def lines_of(context: Context[Any], matches: Iterable[Match]) -> tuple[Line, ...]:
    """The settings that are another than what is live, in the order of the table."""
    matches = tuple(matches)
    live = {match.key: _whole(match.live, matches) for match in matches if match.key}
    found: list[Line] = []
    for row in FOLLOWING:
        name, _, field = row.setting.partition(".")
        section = getattr(context.settings, name, None)
        if section is None or row.key not in live:
            continue
        value, was = row.value(live[row.key], context.settings), _plain(getattr(section, field))
        if value is not None and value != was:
            found.append(Line(row.key, row.setting, value, was, row.why, row.entry))
    return tuple(found)


def _whole(live: Live, matches: Iterable[Match]) -> Live:
    """A cluster with all of its pools: a source lists those that were added later, or all, below it."""
    if "version" not in live.said or not live.id.lower().rpartition("/")[0].endswith(_CLUSTERS):
        return live
    start = f"{live.id}{_POOLS}".lower()
    below = [match.live.said for match in matches if match.id.lower().startswith(start) and match.live.said]
    pools: dict[Any, dict[str, Any]] = {}
    for pool in (*(live.said.get("pools") or ()), *below):
        pools[pool.get("name")] = {**pools.get(pool.get("name"), {}), **pool}
    return replace(live, said={**live.said, "pools": tuple(pools.values())})


def told_by(lines: Iterable[Line], matches: Iterable[Match]) -> frozenset[str]:
    """The resources that a line adopts, in place of an entry of their own: the zone, pools of a cluster."""
    found = {line.setting: line for line in lines}
    pools = found["aks.live_pools"].value if "aks.live_pools" in found else {}
    own = {
        match.key for match in matches if match.key.startswith(_POOL) and match.id.rpartition("/")[2].lower() in pools
    }
    return frozenset(own | {line.key for line in found.values() if line.entry})


def left_to_decide(
    context: Context[Any], entries: Mapping[str, str], subnet_names: Mapping[str, str], lines: Iterable[Line]
) -> tuple[Problem, ...]:
    """What the plan refuses once the settings say what is live: a person decides each. ``entries``, ``subnet_names``
    and ``lines`` are what is new."""
    settings = context.settings.model_copy(update={"adopt": {**context.settings.adopt, **entries}})
    if subnet_names:
        names = {**settings.network.subnet_names, **subnet_names}
        settings = _changed(settings, "network.subnet_names", names)
    refused: list[Problem] = []
    for line in lines:
        try:
            settings = _changed(settings, line.setting, line.value)
        except ValidationError:
            what = f"{line.key} has what no setting says"
            path = context.path(line.setting)
            refused.append(Problem(path, what, _shown(line.value), "another live resource, or none", READ))
    return (*refused, *_problems(replace(context, settings=settings)))


def _problems(context: Context[Any]) -> Iterator[Problem]:
    try:
        make_plan(context)
    except InvalidInput as error:
        yield from error.problems


def _changed(settings: Any, setting: str, value: Any) -> Any:
    """The settings with another value for one of them. Raises pydantic's error for one that it does not take."""
    name, _, field = setting.partition(".")
    section = getattr(settings, name)
    wanted = TypeAdapter(type(section).model_fields[field].rebuild_annotation()).validate_python(value)
    return settings.model_copy(update={name: section.model_copy(update={field: wanted})})


def _plain(value: Any) -> Any:
    """A value of the settings, as YAML has it."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value
