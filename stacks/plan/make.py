"""Making the plan: all checks first, then everything decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from components.guard.phases import Phase
from components.problems import InvalidInput, Problem
from stacks.catalogue.model import Catalogue, Service
from stacks.catalogue.needs.base import Need
from stacks.context import Context
from stacks.parts.all import parts_of
from stacks.parts.lifecycles import retirements
from stacks.parts.part import AnyPart
from stacks.plan.adoption import adoption_problems, phase_problems
from stacks.plan.capacity import capacity_problems
from stacks.plan.claims import claim_problems
from stacks.plan.grants import grant_problems, grants_of
from stacks.plan.model import StackPlan
from stacks.plan.network_paths import Proof, network_path_problems, proven, zones_of
from stacks.plan.records import record_problems, record_sets
from stacks.plan.replacements import replacement_problems
from stacks.plan.secrets import contract_problems
from stacks.plan.waivers import idle_waiver_problems, waiver_notices, waiver_problems
from stacks.settings.fictitious import fictitious_values


def make_plan(context: Context[Any]) -> StackPlan:
    """The plan of a stack. Raises :class:`~components.problems.InvalidInput` with every problem at once."""
    parts = parts_of(context.environment)
    context = settled(context, parts)
    proof = proven(context, parts)
    _refuse([*_problems(context, parts, proof), *(problem for part in parts for problem in part.problems(context))])
    _refuse(idle_waiver_problems(context, parts))
    return _plan(with_watched(replace(context, paths=tuple(proof.paths)), parts), parts)


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise InvalidInput(found)


def served(context: Context[Any], parts: Sequence[AnyPart]) -> Context[Any]:
    """The context with the catalogue as the parts serve it: services where the settings put them, without needs for
    what the settings have removed."""

    def kept(service: Service, need: Need) -> Iterator[Need]:
        left: Need | None = need
        for part in parts:
            left = part.serves(context, service, left) if left is not None else None
        if left is not None:
            yield left

    def placed(service: Service) -> Service:
        for part in parts:
            service = part.places(context, service)
        return replace(service, needs=tuple(left for need in service.needs for left in kept(service, need)))

    services = tuple(map(placed, context.catalogue))
    catalogue: Catalogue = replace(context.catalogue, services=services)
    return replace(context, catalogue=catalogue)


def settled(context: Context[Any], parts: Sequence[AnyPart]) -> Context[Any]:
    """The context from which parts plan: with the catalogue as it is served, and with all that parts know."""
    found = _informed(served(context, parts), parts)
    return replace(
        found,
        pods=tuple(each for part in parts for each in part.pods(found)),
        origins=tuple(each for part in parts for each in part.origins(found)),
    )


def with_watched(context: Context[Any], parts: Sequence[AnyPart]) -> Context[Any]:
    """The context, once its checks have passed, with the public hosts that the parts serve."""
    return replace(context, watched=tuple(each for part in parts for each in part.watched(context)))


def _informed(context: Context[Any], parts: Sequence[AnyPart]) -> Context[Any]:
    """The context with what every part knows and services read."""
    return replace(context, known={name: value for part in parts for name, value in part.known(context).items()})


def _problems(context: Context[Any], parts: Sequence[AnyPart], proof: Proof) -> Iterator[Problem]:
    """What no part can see on its own."""
    yield from waiver_problems(context, parts)
    yield from grant_problems(context, parts)
    yield from adoption_problems(context)
    yield from phase_problems(context, parts)
    yield from replacement_problems(context)
    yield from network_path_problems(context, parts, proof)
    yield from capacity_problems(context)
    yield from contract_problems(context, parts)
    yield from record_problems(context, parts)
    yield from claim_problems(context)


def _plan(context: Context[Any], parts: Sequence[AnyPart]) -> StackPlan:
    settings = context.settings
    plans = {part.key: part.plan(context) for part in parts}
    network = getattr(settings, "network", None)
    return StackPlan(
        stack=context.stack,
        environment=context.environment,
        tenant_id=str(settings.azure.tenant_id),
        subscription_id=str(settings.azure.subscription_id),
        region=settings.azure.region,
        domain=settings.domain.name,
        parts={key: plan for key, plan in plans.items() if plan is not None},
        tenants=tuple({each.key: each for part in parts for each in part.tenants(context)}.values()),
        grants=grants_of(context, parts),
        app_roles=tuple(each for part in parts for each in part.app_roles(context)),
        zones=zones_of(context, parts),
        paths=context.paths,
        pods=context.pods,
        records=record_sets(context, parts),
        watched=context.watched,
        steps=tuple(step for part in parts for step in part.steps(context)),
        waivers=settings.waivers,
        notices=(
            *retirements(context.today, (used for part in parts for used in part.versions(context))),
            *(notice for part in parts for notice in part.notices(context)),
            *waiver_notices(context),
        ),
        protection=settings.protection == "on",
        adopt=settings.adopt | {key: id for part in parts for key, id in part.adopts(context).items()},
        phases={key: Phase(name) for key, name in settings.adoption.items()},
        live_subnets=frozenset(network.subnet_names.values()) if network else frozenset(),
        unowned=frozenset(owner for part in parts for owner in part.unowned(context)),
        replacements=settings.replacements,
        fictitious=tuple(
            Problem(context.path(path), "fictitious", value, wanted)
            for path, value, wanted in fictitious_values(settings)
        ),
    )
