"""What services promise: the table is the estate's, the page says it, and a rule fires for each objective."""

from __future__ import annotations

import json
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
from stacks.parts.alerts.burn import BURN, RATES, Rate, objectives, pages_promised, promised
from stacks.plan.load import PROJECT
from tests.harness.build import by_name, every, one
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
    available = {service.key: service.objectives.available for service in TESTED if service.objectives}
    assert available == {
        "app": 99.9,
        "story-generator": 99.9,
        "publisher": 99.5,
        "chain": 99.5,
        "admin-api": 99.0,
        "admin-ui": 99.0,
        "devhub": 99.0,
    }
    assert {service.key for service in TESTED if not service.job} == available.keys()


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
    for service, each in promised(CATALOGUE):
        assert f"| {service.key} | {each} | " in page
    for page_of in ("app | app: 99.9", "story-generator | story: 99.9", "admin-ui | admin: 99", "devhub | docs: 99"):
        assert f"| {page_of} % of tests answered | " in page
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
    promises: dict[str, list[Objective]] = {}
    for service, objective in cases(rate):
        promises.setdefault(resource(composed["prod"], service), []).append(objective)
    for number in range(max(map(len, promises.values()))):
        # Whoever has promised less than that is well.
        missed = {about: each[number] for about, each in promises.items() if number < len(each)}
        rows = [requests(about, COUNT) for about in promises.keys() - missed.keys()]
        for about, objective in missed.items():
            rows += seen(about, objective, limit(objective, rate) + 1, 2)
        told = fired(database, found, {"AppRequests": rows})
        assert {(about, str(objective)) for about, objective in missed.items()} <= told
        assert {about for about, _ in told} == missed.keys()


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
    about = {key: resource(composed["prod"], TESTED.by_key[key]) for key in ("app", "admin-api", "chain", "publisher")}
    objective = Objective(99.0)
    over = [*seen(about["app"], objective, COUNT, rate.minutes + 1), *seen(about["app"], objective, 0, 1)]
    begun = [
        *seen(about["admin-api"], objective, 0, rate.minutes + 1, 1000 * COUNT),
        *seen(about["admin-api"], objective, COUNT, 1),
    ]
    before = seen(about["chain"], objective, COUNT, 60 * rate.hours + 1)
    few = seen(about["publisher"], objective, 19, 1, 19)
    assert fired(database, found, {"AppRequests": [*over, *begun, *before, *few]}) == set()


def probed(name: str, about: str, failing: int, ago: float, rounds: int = 12) -> list[Mapping[str, Any]]:
    """What five places found, each ``rounds`` times; for ``failing`` of them it did not answer."""
    return [
        {
            "TimeGenerated": ago,
            "_ResourceId": about,
            "Name": name,
            "Location": f"place {place}",
            "Success": place >= failing,
            "ItemCount": rounds,
            "SyntheticSource": "Application Insights Availability Monitoring",
        }
        for place in range(5)
    ]


@EVERY_RATE
@pytest.mark.requirement("S1-068")
def test_pages_in_a_browser_are_judged_by_availability_tests(
    rate: Rate, composed: Mapping[str, Composition], database: Any
) -> None:
    found = by_name(composed["prod"], "scheduled-query-rule")[rate.id]
    pages = {name: label for name, label, _ in pages_promised(context("prod"))}
    assert pages == {
        "mys-prod-appapp-test-san": "app: 99.9 % of tests answered",
        "mys-prod-adminadmin-test-san": "admin: 99 % of tests answered",
        "mys-prod-storystory-test-san": "story: 99.9 % of tests answered",
        "mys-prod-appdocs-test-san": "docs: 99 % of tests answered",
    }
    admin, story = "mys-prod-adminadmin-test-san", "mys-prod-storystory-test-san"
    well = [row for name in pages if name != admin for row in probed(name, "/component", 0, 2)]
    down = probed(admin, "/component", 3, 2)
    assert fired(database, found, {"AppAvailabilityResults": [*well, *down]}) == {("/component", pages[admin])}
    # Two places fail for reasons of their own; it is over; nothing is promised of an API here.
    one_way = probed(admin, "/component", 2, 2)
    over = [*probed(story, "/component", 5, rate.minutes + 1), *probed(story, "/component", 0, 1)]
    unknown = probed("mys-prod-appapi-test-san", "/component", 5, 2)
    assert fired(database, found, {"AppAvailabilityResults": [*one_way, *over, *unknown]}) == set()


@every_environment
def test_the_tests_that_judge_pages_are_those_that_ask(stack: str, composed: Mapping[str, Composition]) -> None:
    asked = {each.inputs["webTestName"] for each in every(composed[stack], "web-test")}
    judging = {name for name, _, _ in pages_promised(context(stack))}
    assert judging
    assert judging <= asked


@pytest.mark.requirement("S1-068", "S3-078")
def test_a_tile_says_what_was_kept_and_what_is_left_of_thirty_days(
    composed: Mapping[str, Composition], database: Any
) -> None:
    content = json.loads(by_name(composed["prod"], "workbook")["executive"].inputs["serializedData"])
    (tile,) = [each["content"] for each in content["items"] if each["name"] == "objectives"]
    objective, about = Objective(99.0), resource(composed["prod"], TESTED.by_key["admin-api"])
    page = "mys-prod-adminadmin-test-san"
    day = 24 * 60
    rows = {
        # A quarter of what may fail did, almost a month ago; what is older does not count.
        "AppRequests": [*seen(about, objective, 25, 29 * day), *seen(about, objective, COUNT, 31 * day)],
        "AppAvailabilityResults": probed(page, about, 5, day),
    }
    told = {each["Objective"]: each for each in database.answers(tile["query"], rows)}
    assert told.keys() == {str(objective), "admin: 99 % of tests answered"}
    kept = told[str(objective)]
    assert kept["Service"] == about.rpartition("/")[2]
    assert (kept["PromisedPercent"], kept["KeptPercent"], kept["BudgetLeftPercent"]) == (99.0, 99.75, 75.0)
    assert kept["Requests"] == COUNT
    down = told["admin: 99 % of tests answered"]
    assert (down["KeptPercent"], down["BudgetLeftPercent"]) == (0, -9900)


def test_a_catalogue_that_promises_nothing_has_no_rule() -> None:
    silent = Catalogue(tuple(replace(each, objectives=None) for each in TESTED))
    assert objectives(replace(context("dev"), catalogue=silent), 3) == ""
