"""What services promise: the table is the estate's, the page says it, and a rule fires for each objective."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import floor
from typing import Any

import pytest

from components.alerts.facts import minutes
from stacks.catalogue.model import Catalogue, Service
from stacks.catalogue.objectives import Asked, Objective
from stacks.catalogue.records import CATALOGUE
from stacks.pages.slo import slo_page
from stacks.parts.alerts.burn import BURN, RATES, Rate, objectives, promised
from stacks.plan.load import PROJECT
from tests.harness.build import by_name, one
from tests.harness.compose import Composition
from tests.harness.kusto import fired, requests, workspace
from tests.harness.settings import context, every_environment
from tests.platform.catalogue import CATALOGUE as TESTED

EVERY_RATE = pytest.mark.parametrize("rate", RATES, ids=lambda rate: rate.id)
NAMES = {Asked.ALL: "/chain.v1.Chain/Mint", Asked.READS: "GET /stories", Asked.WRITES: "POST /stories"}
COUNT = 10_000


@pytest.fixture(scope="module")
def database() -> Iterator[Any]:
    """The tables of a workspace."""
    with workspace() as made:
        yield made


def resource(composition: Composition, service: Service) -> str:
    name = one(composition, "application-insights", service.key).inputs["resourceName"]
    return f"/subscriptions/s/resourcegroups/g/providers/microsoft.insights/components/{name}"


def seen(about: str, objective: Objective, bad: int, ago: float, count: int = COUNT) -> list[Mapping[str, Any]]:
    """So many requests, of which ``bad`` are not what is promised."""
    name = NAMES[objective.of]
    slow = {"DurationMs": objective.within_ms + 1.0}
    wrong = slow if objective.within_ms else {"Success": False, "ResultCode": "503"}
    return [
        requests(about, count - bad, Name=name, TimeGenerated=ago),
        requests(about, bad, Name=name, TimeGenerated=ago, **wrong),
    ]


def limit(objective: Objective, rate: Rate) -> int:
    """The most that may be bad before a rule fires."""
    return floor(COUNT * rate.times * objective.allowed + 1e-6)


def cases(rate: Rate) -> Iterator[tuple[Service, Objective]]:
    return ((service, each) for service, each in promised(TESTED) if each.burns(rate.times))


# The table.


def test_services_promise_what_the_estate_does() -> None:
    available = {service.key: service.objectives.available for service in CATALOGUE if service.objectives}
    assert available == {
        "app": 99.9,
        "story-generator": 99.9,
        "publisher": 99.5,
        "chain": 99.5,
        "admin-api": 99.0,
        "admin-ui": 99.0,
        "devhub": 99.0,
    }
    assert {service.key for service in CATALOGUE if not service.job} == available.keys()


@pytest.mark.requirement("S1-104")
def test_the_public_api_answers_95_percent_of_reads_within_half_a_second() -> None:
    found = CATALOGUE.by_key["app"].objectives
    assert found is not None
    assert Objective(95, 500, Asked.READS) in found.latencies


def test_the_tests_promise_the_same() -> None:
    assert {each.key: each.objectives for each in TESTED} == {
        key: each.objectives for key, each in CATALOGUE.by_key.items() if key in TESTED.by_key
    }


@pytest.mark.requirement("S1-068")
def test_the_page_has_every_objective_and_every_rule() -> None:
    page = (PROJECT / "docs/slo.md").read_text()
    assert page == slo_page()
    for service in CATALOGUE:
        for each in service.objectives or ():
            assert f"| {service.key} | {each} | " in page
    for rate, rule in zip(RATES, BURN, strict=True):
        assert rule.threshold == rate.times
        assert f"| [{rule.id}](runbooks/alerts.md#{rule.id}) | {rate.times:g} times | {rate.hours} h | " in page
    assert "43.2 min, 1 of 1,000" in page
    assert "432.0 min, 10 of 1,000" in page


# The rules.


@pytest.mark.requirement("S1-068")
def test_rates_and_windows_are_the_workbooks_as_far_as_a_rule_about_logs_reads() -> None:
    assert [(each.times, each.hours, each.minutes, each.severity) for each in RATES] == [
        (14.4, 1, 5, 1),
        (6, 6, 30, 1),
        (3, 24, 120, 3),
    ]
    assert [each.share for each in RATES] == [2.0, 5.0, 10.0]
    assert all(minutes(rule.window) <= 2 * 24 * 60 for rule in BURN)
    assert all(minutes(rule.frequency) <= 5 for rule in BURN if rule.severity <= 1)


@every_environment
@pytest.mark.requirement("S1-068")
def test_each_rate_is_one_rule_that_tells_services_and_objectives_apart(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    found = by_name(composed[stack], "scheduled-query-rule")
    for rate in RATES:
        (condition,) = found[rate.id].inputs["criteria"]["allOf"]
        assert (condition["operator"], condition["threshold"]) == ("GreaterThan", rate.times)
        assert condition["resourceIdColumn"] == "_ResourceId"
        assert condition["dimensions"] == [{"name": "Objective", "operator": "Include", "values": ["*"]}]
        assert (found[rate.id].inputs["severity"], found[rate.id].inputs["windowSize"]) == (rate.severity, rate.window)
        for service, each in cases(rate):
            assert f"'mys-{stack}-{service.project.code}-ai-san', '{each}'" in condition["query"]


@EVERY_RATE
@pytest.mark.requirement("S1-068", "S1-104")
def test_a_rule_fires_for_each_objective_that_is_missed(
    rate: Rate, composed: Mapping[str, Composition], database: Any
) -> None:
    found = by_name(composed["prod"], "scheduled-query-rule")[rate.id]
    about = {service.key: resource(composed["prod"], service) for service, _ in cases(rate)}
    for service, objective in cases(rate):
        here, most = about[service.key], limit(objective, rate)
        well = [requests(each, COUNT) for each in about.values() if each != here]
        told = fired(database, found, {"AppRequests": [*well, *seen(here, objective, most + 1, 2)]})
        assert (here, str(objective)) in told
        assert {each for each, _ in told} == {here}


@EVERY_RATE
def test_a_rule_keeps_quiet_about_what_may_be_missed(
    rate: Rate, composed: Mapping[str, Composition], database: Any
) -> None:
    found = by_name(composed["prod"], "scheduled-query-rule")[rate.id]
    objective = Objective(99.5)
    about, most = resource(composed["prod"], TESTED.by_key["chain"]), limit(objective, rate)
    told = fired(database, found, {"AppRequests": seen(about, objective, most, 2)})
    assert told == set()
    told = fired(database, found, {"AppRequests": seen(about, objective, most + 1, 2)})
    assert told == {(about, str(objective))}


@EVERY_RATE
def test_a_rule_keeps_quiet_about_what_is_over_and_what_has_only_begun(
    rate: Rate, composed: Mapping[str, Composition], database: Any
) -> None:
    found = by_name(composed["prod"], "scheduled-query-rule")[rate.id]
    objective = Objective(99.9)
    about = resource(composed["prod"], TESTED.by_key["app"])
    over = [*seen(about, objective, COUNT, rate.minutes + 1), *seen(about, objective, 0, 1)]
    begun = [*seen(about, objective, 0, rate.minutes + 1, 1000 * COUNT), *seen(about, objective, COUNT, 1)]
    before = seen(about, objective, COUNT, 60 * rate.hours + 1)
    few = seen(about, objective, 19, 1, 19)
    for rows in (over, begun, before, few, []):
        assert fired(database, found, {"AppRequests": rows}) == set()


def test_a_catalogue_that_promises_nothing_has_no_rule() -> None:
    silent = Catalogue(tuple(replace(each, objectives=None) for each in TESTED))
    assert objectives(replace(context("dev"), catalogue=silent), 3) == ""
