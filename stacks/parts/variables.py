"""What services read from their environment: one list of variables a service, the same on every host."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.problems import Problem
from stacks.catalogue.model import Service
from stacks.catalogue.needs.base import Variable
from stacks.context import Context
from stacks.parts.hosts.plan import hosts_of
from stacks.parts.secrets.plan import wishes
from stacks.settings.models import EnvironmentSettings

READ = "docs/how-to/add-a-variable.md"
HOSTS = "docs/hosts.md"


@dataclass(frozen=True)
class VariablePlan:
    """A variable of a service, for whatever hosts it."""

    name: str
    """``ConnectionStrings__Redis``."""
    value: str
    """Its value, which is no secret; empty where a secret holds it."""
    secret: str = ""
    """The secret in the vault of the service that holds its value."""
    slot: str = ""
    """What a deployment slot holds instead, for a variable that stays with its slot."""


def variables_of(context: Context[EnvironmentSettings], service: Service) -> tuple[VariablePlan, ...]:
    """The variables of a service, in the order of its needs and then of the settings, each once. Those without a value
    are left out."""
    secrets = {wanted.name for owner, wanted in wishes(context) if owner.key == service.key}
    found = (_resolved(context, service, variable, secrets) for variable in _wanted(service))
    added = (VariablePlan(name, value) for name, value in _added(context, service).items())
    return tuple(dict.fromkeys([*(each for each in found if each is not None), *added]))


def variable_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Variables without one source, of secrets that no need wants, of values that nothing knows; two under one name;
    secrets that nobody reads."""
    for service in context.catalogue:
        named: dict[str, Variable] = {}
        held = {wanted.name for need in service.needs for wanted in need.secrets}
        yield from _unread_secrets(service)
        yield from _setting_problems(context, service)
        for variable in dict.fromkeys(_wanted(service)):
            path = f"catalogue: {service.key}: variable {variable.name}"
            sources = [each for each in (variable.literal, variable.secret, variable.known) if each]
            reference = variable.known.format(service=service.key)
            if len(sources) != 1:
                yield Problem(path, "needs one source", ", ".join(sources), "a literal, a secret or a reference", READ)
            elif variable.secret and variable.secret not in held:
                allowed = ", ".join(sorted(held)) or "none: no need of the service wants a secret"
                yield Problem(path, "no need wants the secret that it holds", variable.secret, allowed, READ)
            elif variable.known and reference not in context.known:
                allowed = ", ".join(sorted(context.known))
                yield Problem(path, "nothing knows its value", reference, allowed, READ)
            elif named.setdefault(variable.name, variable) != variable:
                yield Problem(path, "the name is used twice", sources[0], "one value under a name", READ)


def _wanted(service: Service) -> Iterator[Variable]:
    """What the catalogue says that the service reads."""
    yield from (variable for need in service.needs for variable in need.variables)
    yield from service.workload.variables if service.workload else ()


def _unread_secrets(service: Service) -> Iterator[Problem]:
    """Secrets that no variable holds although the service does not read them from its vault itself."""
    delivered = {variable.secret for variable in _wanted(service)}
    for wanted in dict.fromkeys(wanted for need in service.needs for wanted in need.secrets):
        if service.takes_secrets and not wanted.read_by_app and wanted.name not in delivered:
            path, what = f"catalogue: {service.key}: secret {wanted.name}", "nobody reads it: no variable holds it"
            yield Problem(path, what, wanted.value, "a variable, or read_by_app", READ)


def _setting_problems(context: Context[EnvironmentSettings], service: Service) -> Iterator[Problem]:
    """Variables of the settings that the catalogue already fills, or that name a host which nothing answers at."""
    taken = {variable.name: variable for variable in _wanted(service)}
    hosts = {name for host in hosts_of(context) for name in (host.name, host.origin) if name}
    named = re.compile(rf"(?:[a-z0-9-]+\.)+{re.escape(context.settings.domain.name)}(?![a-z0-9.-])", re.IGNORECASE)
    for name, value in _added(context, service).items():
        path = context.path(f"services.{service.key}.variables.{name}")
        if name in taken:
            what = f"holds the secret {taken[name].secret}" if taken[name].secret else "is given by the catalogue"
            yield Problem(path, f"the variable {what}", value, "a name that is not taken", READ)
        for host in named.findall(value):
            if host.lower() not in hosts:
                yield Problem(path, "names a host at which nothing answers", host, ", ".join(sorted(hosts)), HOSTS)


def _added(context: Context[EnvironmentSettings], service: Service) -> Mapping[str, str]:
    """What the settings add."""
    own = context.settings.services.get(service.key)
    return own.variables if own else {}


def _resolved(
    context: Context[EnvironmentSettings], service: Service, variable: Variable, secrets: set[str]
) -> VariablePlan | None:
    if variable.secret:
        return VariablePlan(variable.name, "", variable.secret, variable.slot) if variable.secret in secrets else None
    value = variable.literal or context.known[variable.known.format(service=service.key)]
    return VariablePlan(variable.name, value, slot=variable.slot) if value else None
