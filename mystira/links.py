"""`mystira links`: how far the private links of the edge are.

An origin asks for a link, and its target decides. What an origin itself says of it is not to be relied on (recorded
answers have a null there), so that the target is asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from components.facts.types import RESOURCE_TYPES
from mystira.api_versions import api_version
from mystira.choosing import Folder, Stack, plan_for
from mystira.preflight.arm import Arm, Refused
from mystira.preflight.login import credential
from offline.azure.private_links import connections
from offline.commands.output import FAILED, AsJson, ended, print_json, say
from offline.world.store import World
from stacks.parts.edge.plan import EDGE
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan

READ = "docs/runbooks/edge.md"

TARGETS: Mapping[str, str] = {"Microsoft.Network": "private-link-service", "Microsoft.Web": "web-app"}
"""By resource provider of a target: the type with whose version of the API its connections are listed."""

FOLDER = "/resourcegroups/eafd-"
"""In the ids of the private endpoints that Front Door has in its own subscription (Microsoft: Create a private link to
an Azure Container App with Azure Front Door). Endpoints of ours have their own group."""

APPROVED = "Approved"
NONE = "none"
UNKNOWN = "unknown"
"""The states of a link: what Azure calls one that serves (others: Pending, Rejected, Disconnected), and what is said of
a target without a connection of Front Door and of one that could not be asked."""

Connection = Mapping[str, Any]
"""A private endpoint connection, in its ``properties``."""


@dataclass(frozen=True)
class Link:
    """A connection of Front Door at the target of a private link."""

    target: str
    """The id of what the link leads to."""
    endpoints: tuple[str, ...]
    """What answers behind it."""
    state: str
    said: str
    """What whoever asked for it, or approved it, wrote down."""


class Cloud(Protocol):
    """Where the targets are."""

    def connections(self, target: str) -> Sequence[Connection]:
        """All private endpoint connections of a target. Raises :class:`Refused` where it cannot be asked."""
        ...


class Azure:
    """Azure, with a login that may read what links lead to."""

    def __init__(self, arm: Arm) -> None:
        self._arm = arm

    def connections(self, target: str) -> Sequence[Connection]:
        provider = target.partition("/providers/")[2].partition("/")[0]
        if provider not in TARGETS:
            raise Refused(0, provider, f"no version of its API is known here; known: {', '.join(TARGETS)}")
        version = api_version(RESOURCE_TYPES[TARGETS[provider]].token)
        return [each.get("properties", {}) for each in self._arm.every(f"{target}/privateEndpointConnections", version)]


class OfflineCloud:
    """The cloud of an offline world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def connections(self, target: str) -> Sequence[Connection]:
        with self._world.reading() as cloud:
            found = cloud.get(target)
            return list(connections(found, cloud)) if found else []


def links(stack: Stack, folder: Folder = PROJECT, as_json: AsJson = False) -> None:
    """Say how far the private links of a stack's edge are; exit code 1 where one is not approved.

    What each link leads to is asked, with a login that may read it: the origins of Front Door do not say it reliably.
    """
    plan = plan_for(stack, folder)
    report(plan, Azure(Arm(credential(plan.tenant_id, plan.subscription_id, os.environ))), as_json=as_json)


def report(plan: StackPlan, cloud: Cloud, *, as_json: bool = False) -> None:
    """Ask, print, and end with exit code 1 where a link is not approved."""
    found = list(links_of(plan, cloud))
    bad = [each for each in found if each.state != APPROVED]
    if as_json:
        print_json({"stack": plan.stack, "links": found})
    else:
        for each in found:
            name, behind = each.target.rpartition("/")[2], ", ".join(each.endpoints)
            say(f"{each.state:<8} {name} for {behind}" + (f": {each.said}" if each.said else ""))
        say(f"{plan.stack}: {len(found)} links, {len(bad)} not approved" + (f"; read: {READ}" if bad else ""))
    ended(FAILED if bad else 0)


def links_of(plan: StackPlan, cloud: Cloud) -> Iterator[Link]:
    """Every connection of Front Door, by target. A profile has one at each target, whichever of its origins ask."""
    edge, behind = plan.get(EDGE), dict[str, list[str]]()
    for group in edge.spec.groups if edge else ():
        for origin in group.origins:
            if origin.link:
                behind.setdefault(origin.link, []).append(group.name)
    for target, endpoints in behind.items():
        names = tuple(endpoints)
        try:
            theirs = [each for each in cloud.connections(target) if _of_front_door(each)]
        except Refused as error:
            yield Link(target, names, UNKNOWN, str(error))
            continue
        if not theirs:
            yield Link(target, names, NONE, "Front Door has not asked yet")
        for each in theirs:
            state = each.get("privateLinkServiceConnectionState") or {}
            yield Link(target, names, str(state.get("status")), str(state.get("description") or ""))


def _of_front_door(connection: Connection) -> bool:
    return FOLDER in str((connection.get("privateEndpoint") or {}).get("id")).lower()
