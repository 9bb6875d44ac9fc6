"""`mystira offline login`: who runs on the offline cloud."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from components.problems import MystiraError
from offline.azure.services.identity import IDENTITY
from offline.engine.home import Home
from offline.world.limits import Login
from offline.world.objects import CloudObject
from offline.world.store import World

PERSON = "default"
READ = "docs/runbooks/limits.md"

_PIPELINE = re.compile(r"[a-z0-9]+-shared-cicd(?P<stack>.+?)(?P<kind>apply|preview)?-identity-[a-z]+", re.IGNORECASE)
"""How the identities of pipelines are called (docs/naming.md); one that serves every stack has no kind."""


def login(
    who: Annotated[
        str,
        typer.Argument(
            help="an identity of the offline cloud: apply-dev, preview-dev …, its resource name or its object id; "
            f"{PERSON} for the person who may do everything"
        ),
    ] = PERSON,
    tenant: Annotated[str, typer.Option(help="the tenant of the login")] = "",
    subscription: Annotated[str, typer.Option(help="the only subscription that the login sees")] = "",
    expired: Annotated[bool, typer.Option("--expired", help="its token has expired")] = False,
    service: Annotated[bool, typer.Option("--service", help="a service principal or managed identity")] = False,
) -> None:
    """Log in as somebody else; without options, as the settings expect."""
    world = World(Home.default().cloud)
    found = None if who.lower() == PERSON else identity(world, who)
    ids = (found.body["clientId"], found.body["principalId"]) if found else ("", "")
    with world.limits() as limits:
        limits.set_login(Login(tenant, subscription, expired, service or found is not None, *ids))


def identity(world: World, who: str) -> CloudObject:
    """The identity with this alias, resource name or object id. Raises ``MystiraError`` for none and for several."""
    known = world.of_type(IDENTITY)
    found = [each for each in known if who.lower() in (alias(each), _name(each).lower(), each.body["principalId"])]
    if len(found) != 1:
        names = sorted({alias(each) or _name(each) for each in known})
        what = "several identities" if found else "no such identity"
        allowed = ", ".join([PERSON, *names] if not found else [each.body["principalId"] for each in found])
        raise MystiraError(f"{what}; seen: {who}; allowed: {allowed}; read: {READ}")
    return found[0]


def alias(each: CloudObject) -> str:
    """``apply-dev`` for the identity with which a pipeline changes dev; empty for what is no pipeline's."""
    match = _PIPELINE.fullmatch(_name(each))
    return "-".join(part.lower() for part in (match["kind"], match["stack"]) if part) if match else ""


def _name(each: CloudObject) -> str:
    return each.id.rpartition("/")[2]
