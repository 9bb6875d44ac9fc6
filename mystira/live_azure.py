"""Azure itself as a source: Resource Graph, and below the stack's own resources everything that it does not have.

Only reads, and only what Azure Resource Manager tells: a secret's name and never its value.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from components.facts.model import ResourceType
from components.facts.types import RESOURCE_TYPES
from components.problems import InvalidInput, Problem
from mystira.api_versions import api_version
from mystira.preflight.arm import Arm, Refused
from mystira.preflight.login import credential
from mystira.preflight.offline_cloud import offline_arm
from mystira.preflight.preflight import is_offline
from offline.engine.home import Home
from offline.world.store import World
from stacks.adopt.asked import PAGE, QUERIES, RESOURCE_GRAPH, RESOURCE_GRAPH_VERSION, SCOPED, Listing, listings
from stacks.adopt.files import TWICE
from stacks.adopt.listed import of_azure
from stacks.adopt.live import ROOT, Live
from stacks.adopt.outcome import Stacks
from stacks.adopt.source import READ, Source, told_once
from stacks.plan.model import StackPlan

AZURE = "azure"
FORBIDDEN = (401, 403)
REFUSED = "lists that Azure refused"

Row = Mapping[str, Any]


def from_azure(plan: StackPlan, stacks: Stacks, arm: Arm | None = None) -> Source:
    """What is in the stack's subscription. ``arm`` answers in place of Azure or the offline cloud, whichever the
    settings mean.

    Raises :class:`~components.problems.InvalidInput` where Azure refuses to say, and what :class:`Arm` raises where it
    cannot be asked.
    """
    if arm is None and is_offline(plan):
        arm = offline_arm(World(Home.default().cloud), plan.tenant_id, plan.subscription_id)
    asked = arm or Arm(credential(plan.tenant_id, plan.subscription_id, os.environ))
    try:
        rows = list(everything(asked, plan.subscription_id, lambda live: not stacks.owner(live)))
    except Refused as error:
        what, allowed = "Azure refuses to say", "Reader at the subscription"
        raise InvalidInput([Problem(AZURE, what, str(error), allowed, READ)]) from error
    refused = sum(isinstance(row, str) for row in rows)
    live, twice = told_once([row for row in rows if isinstance(row, Live)])
    counts = Counter({TWICE: twice, REFUSED: refused})
    return Source(AZURE, live, +counts, complete=not refused)


def everything(arm: Arm, subscription: str, own: Callable[[Live], bool]) -> Iterator[Live | str]:
    """Every resource of a subscription, and below those that are ``own`` their children; a text for each list that
    Azure refused, because the parent is of a kind that has none."""
    waiting = [_live(row) for query in QUERIES for row in _queried(arm, subscription, query)]
    for key in SCOPED:
        row = RESOURCE_TYPES[key]
        path = f"{ROOT}{subscription}/providers/{row.arm}"
        yield from (_live(each) for each in arm.every(path, api_version(row.token)) if _is_id(each))
    while waiting:
        live = waiting.pop()
        yield live
        row = live.row
        if not own(live) or not isinstance(row, ResourceType):
            continue
        for listing in listings(row, live.id):
            try:
                waiting += [_live(each) for each in _listed(arm, live.id, listing) if _is_id(each)]
            except Refused as error:
                if error.status in FORBIDDEN:
                    raise
                yield f"{live.id}/{listing.collection}: {error}"


def _listed(arm: Arm, id: str, listing: Listing) -> Iterable[Row]:
    path, version = f"{id}/{listing.collection}", api_version(listing.token)
    if not listing.single:
        return list(arm.every(path, version))
    found = arm.found(path, version)
    return [found] if found else []


def _queried(arm: Arm, subscription: str, query: str) -> Iterator[Row]:
    """The rows that Resource Graph has, page by page."""
    options: dict[str, Any] = {"resultFormat": "objectArray", "$top": PAGE}
    while True:
        body = {"subscriptions": [subscription], "query": query, "options": options}
        answer = arm.post(RESOURCE_GRAPH, RESOURCE_GRAPH_VERSION, body)
        yield from (row for row in answer.get("data") or () if _is_id(row))
        if not answer.get("$skipToken"):
            return
        options = {**options, "$skipToken": answer["$skipToken"]}


def _live(row: Row) -> Live:
    return of_azure(row, AZURE)


def _is_id(row: Row) -> bool:
    return str(row.get("id", "")).lower().startswith(ROOT)
