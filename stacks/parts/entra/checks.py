"""What is wrong with sign-in, roles and calls, in the settings and in the catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from components.entra.facts import MAXIMUM_URI
from components.entra.graph import SCOPES
from components.problems import Problem
from stacks.catalogue.model import Catalogue, Service
from stacks.catalogue.needs.sign_in import SignsIn, TakesCalls, TakesTokens
from stacks.context import Context
from stacks.settings.models import EnvironmentSettings

READ = "docs/runbooks/identity.md"
LOCALHOST = "dev"
"""The environment whose logins may return to a developer's own machine."""


def entra_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """All of them."""
    yield from _setting_problems(context)
    yield from sign_in_problems(context.catalogue)
    yield from _call_problems(context.catalogue)


def _setting_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    entra, catalogue = context.settings.entra, context.catalogue
    if not entra.owners:
        what = "nobody could change the applications but an administrator of the tenant"
        yield Problem(context.path("entra.owners"), what, "none", "at least one object id", READ)
    roles = [role.value for need in _takers(catalogue) for role in need.roles]
    seen: dict[str, str] = {}
    for role, group in entra.role_groups.items():
        path, id = context.path(f"entra.role_groups.{role}"), str(group)
        if role not in roles:
            yield Problem(path, "no such role", role, ", ".join(roles), READ)
        if id in seen:
            yield Problem(path, f"the group of {seen[id]} too", id, "one group a role", READ)
        seen.setdefault(id, role)
    known = [f"{service.key}/{value}" for service in catalogue for value in _values(service)]
    used: dict[str, str] = {}
    for name, guid in entra.ids.items():
        path, id = context.path(f"entra.ids.{name}"), str(guid)
        if name not in known:
            yield Problem(path, "no such scope or role", name, ", ".join(known), READ)
        place = f"{name.partition('/')[0]}/{id}"
        if place in used:
            yield Problem(path, f"the id of {used[place]} too", id, "one id each", READ)
        used.setdefault(place, name)
    yield from localhost_problems(context, "entra.localhost_ports", entra.localhost_ports)


def localhost_problems(context: Context[EnvironmentSettings], setting: str, ports: Sequence[int]) -> Iterator[Problem]:
    """Ports of localhost outside dev, or given twice."""
    path, seen = context.path(setting), ", ".join(map(str, ports))
    if ports and context.environment != LOCALHOST:
        yield Problem(path, f"{context.environment} returns to no developer's machine", seen, "no such entry", READ)
    elif len(set(ports)) < len(ports):
        yield Problem(path, "a port is named twice", seen, "each port once", READ)


def sign_in_problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Scopes and roles twice, and pages that sign in nowhere or return to nowhere."""
    for service in catalogue:
        for value, count in Counter(_values(service)).items():
            if count > 1:
                path = f"catalogue: {service.key}: scope or role {value}"
                yield Problem(path, "used twice", value, "one scope or role a value")
        for need in service.needs:
            if isinstance(need, SignsIn):
                yield from _page_problems(catalogue, service, need)


def _page_problems(catalogue: Catalogue, service: Service, need: SignsIn) -> Iterator[Problem]:
    where = f"catalogue: {service.key}: signs in"
    apis = [each.key for each in catalogue if any(isinstance(need, TakesTokens) for need in each.needs)]
    if need.api not in apis:
        yield Problem(where, "calls an API that takes no tokens", need.api, ", ".join(apis) or "none")
    unknown = [value for value in need.graph if value not in SCOPES]
    if unknown:
        yield Problem(where, "no such permission at Microsoft Graph", ", ".join(unknown), ", ".join(SCOPES))
    paths = {each.name: each.login_path for each in service.endpoints if each.login_path}
    path = paths.get(need.endpoint, "")
    if not path:
        what = "not an endpoint of the service with a login path"
        yield Problem(where, what, need.endpoint, ", ".join(paths) or "none")
    elif not path.startswith("/") or set(path) & set("*?#") or len(path) > MAXIMUM_URI // 2:
        yield Problem(where, "not a path that a login can return to", path, "/… without *, ? and #")


def _call_problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Calls of what takes none."""
    takers = [each.key for each in catalogue if any(isinstance(need, TakesCalls) for need in each.needs)]
    for service in catalogue:
        for called in dict.fromkeys(service.calls):
            if called in catalogue.by_key and called not in takers:
                path = f"catalogue: {service.key}: calls"
                yield Problem(path, "the service takes no calls", called, ", ".join(takers) or "the need TakesCalls")


def _takers(catalogue: Catalogue) -> Iterator[TakesTokens]:
    for service in catalogue:
        yield from (need for need in service.needs if isinstance(need, TakesTokens))


def _values(service: Service) -> list[str]:
    """The scopes and roles of the applications of a service, as tokens name them."""
    found = []
    for need in service.needs:
        if isinstance(need, TakesTokens):
            found += [each.value for each in chain(need.scopes, need.roles)]
        if isinstance(need, TakesCalls):
            found.append(need.ROLE)
    return found
