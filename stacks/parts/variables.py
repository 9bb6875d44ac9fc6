"""What services read from their environment: one list of variables a service, the same on every host."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from components.problems import Problem
from stacks.catalogue.model import Service
from stacks.catalogue.needs.base import Variable
from stacks.context import Context
from stacks.parts.secrets.plan import wishes
from stacks.settings.models import EnvironmentSettings

READ = "docs/how-to/add-a-variable.md"


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
    """The variables of a service, in the order of its needs, each once. Those without a value are left out."""
    secrets = {wanted.name for owner, wanted in wishes(context) if owner.key == service.key}
    found = (_resolved(context, service, variable, secrets) for variable in _wanted(service))
    return tuple(dict.fromkeys(each for each in found if each is not None))


def variable_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Variables without one source, of secrets that no need wants, of values that nothing knows; two under one name."""
    for service in context.catalogue:
        named: dict[str, Variable] = {}
        held = {wanted.name for need in service.needs for wanted in need.secrets}
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
    return (variable for need in service.needs for variable in need.variables)


def _resolved(
    context: Context[EnvironmentSettings], service: Service, variable: Variable, secrets: set[str]
) -> VariablePlan | None:
    if variable.secret:
        return VariablePlan(variable.name, "", variable.secret, variable.slot) if variable.secret in secrets else None
    value = variable.literal or context.known[variable.known.format(service=service.key)]
    return VariablePlan(variable.name, value, slot=variable.slot) if value else None
