"""Rules about objectives: how fast the budget of each is used up (Google: The Site Reliability Workbook, Alerting on
SLOs)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stacks.catalogue.model import Catalogue, HostKind, Service
from stacks.catalogue.objectives import Asked, Objective
from stacks.context import Context
from stacks.parts.alerts.query import OBJECTIVES, TESTS, QueryRule
from stacks.parts.alerts.web_tests import keeper_of, web_test_name
from stacks.parts.monitoring.plan import APPLICATION_INSIGHTS

DAYS = 30
"""For how long an objective counts."""


@dataclass(frozen=True)
class Rate:
    """How fast is too fast, over two windows."""

    id: str
    """One lower-case word, by which settings, waivers and runbook know the rule."""
    times: float
    """So many times as fast as it may."""
    hours: int
    """The window over which it lasts."""
    minutes: int
    """The window over which it lasts still."""
    severity: int
    frequency: str

    @property
    def share(self) -> float:
        """The part of the budget, in percent, that is gone when the longer window has passed at this rate."""
        return round(100 * self.times * self.hours / (24 * DAYS), 1)

    @property
    def window(self) -> str:
        """The longer window, as Azure has it."""
        return "P1D" if self.hours == 24 else f"PT{self.hours}H"


RATES = (
    Rate("fastburn", 14.4, 1, 5, 1, "PT5M"),
    Rate("steadyburn", 6, 6, 30, 1, "PT5M"),
    Rate("slowburn", 3, 24, 120, 3, "PT15M"),
)
"""The workbook's third row, three days, is out of reach: a rule about logs reads two. Three times over a day is the
same tenth of a budget."""


def _rule(rate: Rate) -> QueryRule:
    return QueryRule(
        id=rate.id,
        file="burn",
        constants=(("far", f"{rate.hours}h"), ("near", f"{rate.minutes}m")),
        kind=APPLICATION_INSIGHTS,
        measure="Burn",
        threshold=rate.times,
        severity=rate.severity,
        source="Google: The Site Reliability Workbook, Alerting on SLOs",
        requirements=("S1-068", "S1-104"),
        means=f"A service uses up the budget of an objective {rate.times:g} times as fast as it may: {rate.share:g} % "
        f"of that of {DAYS} days in {rate.hours} h.",
        look="docs/slo.md: which objective; `errorrate`, `slow`, `dependencies` of the service; its last release.",
        remedy="Roll back, or mend what it waits for; what is left of the budget decides about the next release.",
        window=rate.window,
        frequency=rate.frequency,
        splits=("Objective",),
        wide="a budget is used up over hours",
        fixed=True,
        apart=True,
    )


BURN = tuple(map(_rule, RATES))


def promised(catalogue: Catalogue) -> Iterator[tuple[Service, Objective]]:
    """Every objective of what sends its requests to a component."""
    for service in catalogue:
        if service.objectives and APPLICATION_INSIGHTS in service.parts:
            for each in service.objectives:
                yield service, each


def objectives(context: Context[Any], rate: float) -> str:
    """The objectives whose budgets can be used up so fast, as the tables of the query; empty: there is none."""
    sent = [
        f"    '{_component(context, service)}', '{each}', '{each.of}', {each.within_ms}, {each.allowed:g},"
        for service, each in promised(context.catalogue)
        if each.burns(rate)
    ]
    tested = [
        f"    '{name}', '{label}', {each.allowed:g},"
        for name, label, each in pages_promised(context)
        if each.burns(rate)
    ]
    if not sent and not tested:
        return ""
    columns = "Component: string, Objective: string, Asked: string, Within: int, Allowed: real"
    tests = "Name: string, Objective: string, Allowed: real"
    return "\n".join(
        (
            *(f"let {OBJECTIVES} = datatable({columns}) [", *sent, "];"),
            *(f"let {TESTS} = datatable({tests}) [", *tested, "];"),
        )
    )


def pages_promised(context: Context[Any]) -> Iterator[tuple[str, str, Objective]]:
    """The availability of pages in a browser: the name of the test of each, what people read, and the objective."""
    for service in context.catalogue:
        if service.objectives is None:
            continue
        each = Objective(service.objectives.available, of=Asked.TESTS)
        for endpoint in service.endpoints:
            keeper = keeper_of(context.catalogue, endpoint.name)
            if keeper is not None and endpoint.kind is HostKind.STATIC_SITE:
                yield web_test_name(context, keeper, endpoint.name), f"{endpoint.name}: {each}", each


def _component(context: Context[Any], service: Service) -> str:
    adopted = context.settings.adopt.get(f"{APPLICATION_INSIGHTS}/{service.key}", "")
    return (adopted.rpartition("/")[2] or context.names.name(service.project, APPLICATION_INSIGHTS)).lower()
