"""`mystira around`: whether an origin answers somebody who does not come through the edge."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import httpx

from components.facts.ids import made_id
from components.facts.types import RESOURCE_TYPES
from mystira.choosing import Folder, Stack, plan_for
from mystira.preflight.arm import Arm, Refused
from mystira.preflight.login import credential
from offline.azure import outside
from offline.commands.output import FAILED, AsJson, ended, print_json, say
from offline.world.store import World
from stacks.catalogue.model import HostKind
from stacks.parts.app_hosting.plan import APP_HOSTING
from stacks.parts.edge.plan import EDGE
from stacks.parts.groups.plan import EDGE_GROUP, GROUPS
from stacks.parts.hosts.plan import HOSTS
from stacks.parts.static_sites.plan import STATIC_SITE_GATE, STATIC_SITES
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan

WEB, CDN = "2025-05-01", "2025-06-01"
"""The versions of the API that say under which names a site and an endpoint answer: those of the SDK."""

WAIT_SECONDS = 10.0
"""For one answer."""

REFUSED = range(400, 500)
"""What somebody is told who is not let in: App Service and a gate of a static site answer 403, and Front Door answers
404 at a host without a route. An error of the origin itself, from 500 on, says that the request got there."""

NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
"""What a resolver says of a name without address; any other error is one of the network."""

READ = "docs/runbooks/edge.md"


@dataclass(frozen=True)
class Door:
    """One way to content that does not lead through the edge's routes."""

    name: str
    """What is behind it, as people call it: ``App Service app``."""
    id: str = ""
    """The id of the resource that answers; empty: it has a name only."""
    host: str = ""
    """Its name, where the plan knows it."""
    path: str = "/"
    """What is asked for."""
    gate: str = ""
    """The rule whose waiver says that something else than Azure closes it."""


class Outcome(StrEnum):
    """How somebody fares who passes by the edge."""

    CLOSED = "closed"
    OPEN = "ANSWERS"
    UNKNOWN = "unknown"
    """Nobody can tell from here: no connection, or no right to read the name."""
    GATED = "gated"
    """A file of the site closes it, which no cloud knows."""


@dataclass(frozen=True)
class Answer:
    """What happened at one name."""

    name: str
    host: str
    outcome: Outcome
    seen: str


class Outside(Protocol):
    """Where somebody stands who does not come through the edge: the internet, or what plays it."""

    def ask(self, door: Door) -> Iterator[Answer]:
        """What happens at every name of a door."""
        ...


class Internet:
    """The internet, with a login that may read the names of sites."""

    def __init__(self, arm: Arm) -> None:
        self._arm = arm

    def ask(self, door: Door) -> Iterator[Answer]:
        if not door.id:
            yield _resolved(door)
            return
        version = CDN if "/Microsoft.Cdn/" in door.id else WEB
        try:
            found = self._arm.get(door.id, version).get("properties", {})
        except Refused as error:
            yield Answer(door.name, door.id, Outcome.UNKNOWN, f"its names are unknown: {error}")
            return
        with httpx.Client(timeout=WAIT_SECONDS, follow_redirects=False) as client:
            for host in _names(found):
                yield _asked(client, door, host)


class OfflineInternet:
    """Nowhere in particular of an offline world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def ask(self, door: Door) -> Iterator[Answer]:
        with self._world.reading() as cloud:
            if not door.id:
                leads = outside.addresses(cloud, door.host)
                yield _led(door, leads[0] if leads else "")
                return
            found = cloud.get(door.id)
            if found is None:
                yield Answer(door.name, door.id, Outcome.CLOSED, "it does not exist")
                return
            answers = outside.answers(found, cloud)
            for host in outside.hosts_of(found):
                if answers and door.gate:
                    yield Answer(door.name, host, Outcome.GATED, f"by a file, which a release brings ({door.gate})")
                elif answers:
                    yield Answer(door.name, host, Outcome.OPEN, "its access rules let everybody in")
                else:
                    yield Answer(door.name, host, Outcome.CLOSED, "its access rules let nobody in")


def around(stack: Stack, folder: Folder = PROJECT, as_json: AsJson = False) -> None:
    """Ask every origin of a stack itself, past the edge; exit code 1 where one answers.

    Asked are the sites of App Service, their slots and deployment hosts, the static sites, the edge's own host and the
    names of the gateway in the cluster, which lead nowhere from outside. It takes a login that may read sites, and no
    network of ours.
    """
    plan = plan_for(stack, folder)
    report(plan, Internet(Arm(credential(plan.tenant_id, plan.subscription_id, os.environ))), as_json=as_json)


def report(plan: StackPlan, outside: Outside, *, as_json: bool = False) -> None:
    """Ask, print, and end with exit code 1 where something answers, or may."""
    answers = [answer for door in doors(plan) for answer in outside.ask(door)]
    bad = [each for each in answers if each.outcome in (Outcome.OPEN, Outcome.UNKNOWN)]
    if as_json:
        print_json({"stack": plan.stack, "answers": answers})
    else:
        for each in answers:
            say(f"{each.outcome:<7} {each.name} {each.host}: {each.seen}")
        say(f"{plan.stack}: {len(answers)} asked, {len(bad)} not closed" + (f"; read: {READ}" if bad else ""))
    ended(FAILED if bad else 0)


def doors(plan: StackPlan) -> Sequence[Door]:
    """Every origin of a stack, and the edge's own host."""
    groups = {group.key: group.name for tier in plan.get(GROUPS) or () for group in tier.groups}
    return tuple(_doors(plan, groups))


def _doors(plan: StackPlan, groups: Mapping[str, str]) -> Iterator[Door]:
    def id_of(kind: str, group: str, **values: str) -> str:
        place = {"subscriptionId": plan.subscription_id, "resourceGroupName": groups[group]}
        return made_id(RESOURCE_TYPES[kind], {**place, **values})

    hosts = plan.get(HOSTS) or ()
    on_apps = [host for host in hosts if host.kind == HostKind.APP_SERVICE.value]
    probes = {host.service: host.monitor_url.removeprefix(host.cors_origin) for host in on_apps}
    for host in hosts:
        if host.kind == HostKind.AKS.value:
            yield Door(f"gateway for {host.endpoint}", host=host.origin)
    for app in plan.get(APP_HOSTING) or ():
        path = probes.get(app.service, "/")
        yield Door(f"App Service {app.service}", id_of("web-app", app.group, name=app.spec.name), path=path)
        if app.spec.slot:
            slot = id_of("web-app-slot", app.group, name=app.spec.name, slot=app.spec.slot.name)
            yield Door(f"slot of {app.service}", slot, path=path)
    for site in plan.get(STATIC_SITES) or ():
        id = id_of("static-site", site.group, name=site.spec.name)
        yield Door(f"static site {site.service}", id, gate=STATIC_SITE_GATE if site.spec.public else "")
    edge = plan.get(EDGE)
    if edge:
        names = {"profileName": edge.spec.profile, "endpointName": edge.spec.endpoint}
        yield Door("the edge's own host", id_of("front-door-endpoint", EDGE_GROUP, **names))


def _names(properties: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that Azure itself has given a site, a static site or an endpoint."""
    every = properties.get("enabledHostNames")
    one = properties.get("defaultHostname") or properties.get("hostName")
    return tuple(map(str, every or (one,)))


def _asked(client: httpx.Client, door: Door, host: str) -> Answer:
    """What a site says. One that is closed says so: where nothing is heard, the network here may be at fault."""
    try:
        status = client.get(f"https://{host}{door.path}").status_code
    except httpx.TransportError as error:
        return Answer(door.name, host, Outcome.UNKNOWN, f"no connection: {type(error).__name__}")
    outcome = Outcome.CLOSED if status in REFUSED else Outcome.OPEN
    return Answer(door.name, host, outcome, f"HTTP {status}")


def _resolved(door: Door) -> Answer:
    """Whether a name that should lead nowhere has an address."""
    try:
        found = socket.getaddrinfo(door.host, 443, proto=socket.IPPROTO_TCP)
    except socket.gaierror as error:
        if error.errno in NO_SUCH_NAME:
            return _led(door, "")
        return Answer(door.name, door.host, Outcome.UNKNOWN, f"nobody to ask: {error.strerror}")
    return _led(door, str(found[0][4][0]))


def _led(door: Door, to: str) -> Answer:
    outcome = Outcome.OPEN if to else Outcome.CLOSED
    return Answer(door.name, door.host, outcome, f"leads to {to}" if to else "no such name")
