"""docs/slo.md: what services promise, and who hears when they do not keep it."""

from __future__ import annotations

from collections.abc import Iterator

from stacks.catalogue.model import Catalogue, Service
from stacks.catalogue.objectives import Objective
from stacks.catalogue.records import CATALOGUE
from stacks.pages.markdown import page, table
from stacks.parts.alerts.burn import DAYS, RATES, Rate
from stacks.parts.monitoring.plan import APPLICATION_INSIGHTS
from stacks.parts.monitoring.routes import route_of

INTRODUCTION = f"""\
What a service promises stands in its record (`objectives`, stacks/catalogue/records.py), the same for every
environment, and counts over {DAYS} days. From there come this page, the alerts below, and the tiles of the workbooks.

- *Answered* is a request that the service did not fail. What a caller did wrong (4xx) is no failure, and what
  availability tests send does not count, except where they are what is counted.
- *Within* so many milliseconds, measured at the service, are answers; a failure counts above. A WebSocket lasts as long
  as its visitor stays and counts for nothing. Reads are GET and HEAD, writes POST, PUT, PATCH and DELETE.
- A latency is an objective of its own: "95 % within 500 ms" is a P95 of 500 ms that has a budget.
- Pages in a browser send no requests to a component of their own; availability tests ask for them.
- Each request counts as often as it was sent (`ItemCount`): sampling changes no figure.
"""

OBJECTIVES = """\
## Objectives

The budget is what may go wrong in thirty days: the time, if nothing answers, or the requests.
"""

BURN = """\
## Alerts

An objective is missed slowly or fast. Each rule compares two windows and fires while the budget is used up too fast in
both, for each service and objective apart; an objective of which half may be missed cannot be used up so fast and is on
tiles alone. There is no rule over three days: a rule about logs reads two.
"""

BUDGET = """\
## What is left of a budget

| Used | Then |
|---|---|
| up to half | releases as usual |
| up to three quarters | nothing risky |
| up to nine tenths | mends only |
| more | nothing but what brings it back |
| all of it | a look back at what happened, written down, and time set aside to mend it |

A day is opened by whoever leads the team of the service. The share that is used is a tile of the workbook `executive`.

## What is not told apart

The choices of a story are evaluated by story-generator with the same kind of request that generates it, and chain's
calls by gRPC have no method: both have the objectives of what takes longer. The estate's page has closer figures for
what is shorter (P50 and P95 of 0.5 s and 1.5 s for choices, of 1 s and 3 s for reads of chain).
"""


def slo_page(catalogue: Catalogue = CATALOGUE) -> str:
    """The whole page."""
    heading = ("service", "objective", "budget", "asked of")
    rules = ("rule", "burns", "over", "and still", "of the budget", "severity", "asked each")
    return page(
        "What services promise",
        INTRODUCTION,
        OBJECTIVES,
        table(heading, (row for service in catalogue for row in _rows(service))),
        BURN,
        table(rules, map(_rate, RATES)),
        BUDGET,
    )


def _rows(service: Service) -> Iterator[tuple[str, ...]]:
    where = "its requests" if APPLICATION_INSIGHTS in service.parts else "availability tests"
    for each in service.objectives or ():
        yield service.key, str(each), _budget(each), where


def _budget(objective: Objective) -> str:
    minutes = f"{objective.allowed * DAYS * 24 * 60:.1f} min, " if not objective.within_ms else ""
    return f"{minutes}{objective.allowed * 1000:g} of 1,000"


def _rate(rate: Rate) -> tuple[str, ...]:
    return (
        f"[{rate.id}](runbooks/alerts.md#{rate.id})",
        f"{rate.times:g} times",
        f"{rate.hours} h",
        f"{rate.minutes} min" if rate.minutes < 60 else f"{rate.minutes // 60} h",
        f"{rate.share:g} %",
        f"{rate.severity}: `{route_of(rate.severity)}`",
        rate.frequency,
    )
