"""The workbooks of a stack, and the queries that people ask by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from components.facts.ids import made_id
from components.facts.regions import REGIONS
from components.facts.types import RESOURCE_TYPES
from components.naming.builder import Project
from components.naming.guid import query_id, workbook_name
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.alerts.burn import DAYS, objectives
from stacks.parts.alerts.query import counted
from stacks.parts.dashboards.tile import Tile, Workbook
from stacks.parts.dashboards.workbooks import WORKBOOKS
from stacks.parts.part import Part
from stacks.settings.models import EnvironmentSettings, SharedSettings

WORKSPACE = "log-analytics-workspace"


@dataclass(frozen=True)
class WorkbookPlan:
    """A workbook of a stack. Which resources its tiles name is known once all are registered."""

    name: str
    """Its physical name, a GUID."""
    title: str
    """Unique in the subscription."""
    workbook: Workbook


@dataclass(frozen=True)
class QueryPlan:
    """A query in the pack."""

    key: str
    id: str
    title: str
    tile: Tile


@dataclass(frozen=True)
class DashboardsPlan:
    """What people look at in a stack."""

    key: str
    group: str
    """The key of the resource group."""
    pack: str
    """The physical name of the pack."""
    workspace_id: str
    subscription_id: str
    workbooks: tuple[WorkbookPlan, ...]
    queries: tuple[QueryPlan, ...]


class EnvironmentDashboards(Part[EnvironmentSettings, DashboardsPlan]):
    """The workbooks of an environment."""

    key = "dashboards"

    def plan(self, context: Context[EnvironmentSettings]) -> DashboardsPlan:
        return _plan(context, "core", CORE, WORKBOOKS)


class SharedDashboardsPart(Part[SharedSettings, DashboardsPlan]):
    """Those about what all environments use."""

    key = "dashboards"

    def plan(self, context: Context[SharedSettings]) -> DashboardsPlan:
        return _plan(context, "acr", Project("acr"), tuple(each for each in WORKBOOKS if each.shared))


def _plan(context: Context[Any], group: str, project: Project, workbooks: tuple[Workbook, ...]) -> DashboardsPlan:
    names, place = context.names, context.place
    key = "core" if group == "core" else "shared"
    stack = context.environment
    if context.stack != stack:
        stack = f"{stack} {REGIONS[context.settings.azure.region].code}"
    return DashboardsPlan(
        key=key,
        group=group,
        pack=names.name(project, "query-pack"),
        workspace_id=_workspace_id(context, key, project),
        subscription_id=str(context.settings.azure.subscription_id),
        workbooks=tuple(
            WorkbookPlan(
                names.child("workbook", workbook_name(place=place, key=each.key)),
                f"Mystira {stack}: {each.title}",
                replace(each, tiles=tuple(_with_promises(context, each.tiles))),
            )
            for each in workbooks
        ),
        queries=tuple(
            QueryPlan(
                f"{each.key}-{tile.key}",
                names.child("query", query_id(place=place, key=f"{each.key}-{tile.key}")),
                f"{each.title}: {tile.title}",
                tile,
            )
            for each in workbooks
            for tile in each.tiles
            if tile.by_hand
        ),
    )


def _with_promises(context: Context[Any], tiles: Iterable[Tile]) -> Iterator[Tile]:
    """The tiles, those about objectives with what this stack promises; without them where it promises nothing."""
    table = objectives(context, 0)
    for tile in tiles:
        if not tile.promises:
            yield tile
        elif table:
            yield replace(tile, text="\n".join((f"let far = {DAYS}d;", table, counted(), tile.text)))


def _workspace_id(context: Context[Any], key: str, project: Project) -> str:
    place = {
        "subscriptionId": context.settings.azure.subscription_id,
        "resourceGroupName": context.names.name(project, "resource-group"),
        "workspaceName": context.names.name(project, WORKSPACE),
    }
    return context.settings.adopt.get(f"{WORKSPACE}/{key}") or made_id(RESOURCE_TYPES[WORKSPACE], place)


DASHBOARDS = EnvironmentDashboards()
SHARED_DASHBOARDS = SharedDashboardsPart()
