"""Dashboards: workbooks that the portal takes, about every service and everything that holds data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import pytest

from components.facts.types import BY_TOKEN
from stacks.parts.dashboards.plan import DASHBOARDS
from stacks.parts.dashboards.workbooks import WORKBOOKS
from stacks.plan.model import StackPlan
from tests.harness.build import by_name, every
from tests.harness.compose import Composition
from tests.harness.settings import ENVIRONMENTS, every_environment, every_stack
from tests.platform.catalogue import CATALOGUE

SCHEMA = json.loads(Path(__file__).with_name("workbook.schema.json").read_text())
"""microsoft/Application-Insights-Workbooks: schema/workbook.json."""

TILES: Mapping[str, str] = {
    "service-health": "services hosts exceptions dependencies pods dead-letters",
    "infrastructure": "postgresql cosmos redis redis-keys service-bus storage vaults ai search cluster registry zone "
    "workspace sites",
    "performance": "latency operations grpc edge edge-hosts events calls sql slow-sql",
    "deployments": "changes failed-changes releases versions images",
    "executive": "objectives success hosts recovery response",
    "chain": "transactions callers errors",
    "usage": "visitors operations countries events",
    "cost": "ingestion tokens units egress storage",
}
"""By workbook: its tiles, in the order in which they are read."""

OF_SHARED = ("registry", "images")
"""Tiles about what only `shared` has."""

ALL = tuple(TILES)
CITED = 0.9

TIER_ONE = (
    *("postgresql-server", "cosmos-account", "redis", "service-bus-namespace", "storage-account"),
    *("ai-account", "search-service", "log-analytics-workspace", "kubernetes-cluster"),
)
"""What services share, and keeps something."""


def contents(composition: Composition) -> Mapping[str, Any]:
    return {each.name: json.loads(each.inputs["serializedData"]) for each in every(composition, "workbook")}


def tiles(composition: Composition, workbook: str = "") -> Iterator[Mapping[str, Any]]:
    for name, content in contents(composition).items():
        if not workbook or name == workbook:
            yield from (item for item in content["items"] if item["type"] == 3)


def cited(composition: Composition) -> str:
    """What all tiles ask, in lower case."""
    return "\n".join(each["content"]["query"] for each in tiles(composition)).lower()


@every_environment
@pytest.mark.requirement("S0-25", "S0-42", "S3-074", "S3-075", "S3-076", "S3-077", "S3-078", "S2-079")
def test_an_environment_has_every_workbook(stack: str, composed: Mapping[str, Composition]) -> None:
    assert tuple(each.key for each in WORKBOOKS) == ALL
    assert by_name(composed[stack], "workbook").keys() == set(ALL)
    assert composed[stack].outputs["workbooks"].keys() == set(ALL)
    for name in ALL:
        shown = [each["name"] for each in tiles(composed[stack], name)]
        assert shown == [each for each in TILES[name].split() if each not in OF_SHARED], name


def test_shared_has_those_about_what_all_use(composed: Mapping[str, Composition]) -> None:
    assert contents(composed["shared"]).keys() == {"infrastructure", "deployments", "cost"}
    assert set(OF_SHARED) <= {each["name"] for each in tiles(composed["shared"])}
    assert "mysshared" in cited(composed["shared"])


@every_stack
@pytest.mark.requirement("S1-071")
def test_a_workbook_is_what_the_portal_takes(stack: str, composed: Mapping[str, Composition]) -> None:
    for name, content in contents(composed[stack]).items():
        jsonschema.Draft7Validator(SCHEMA).validate(content)
        names = [item["name"] for item in content["items"]]
        assert len(names) == len(set(names)), name


def test_the_schema_refuses_what_the_portal_would() -> None:
    valid = jsonschema.Draft7Validator(SCHEMA)
    assert not valid.is_valid({"version": "Notebook/1.0"})
    assert not valid.is_valid({"version": "Notebook/1.0", "items": [{"type": 3, "content": {"query": 3}}]})


def test_names_are_guids_that_no_other_stack_has_and_titles_are_there_once(
    composed: Mapping[str, Composition],
) -> None:
    found = [each for stack in composed.values() for each in every(stack, "workbook")]
    names = [each.inputs["resourceName"] for each in found]
    assert {UUID(each).version for each in names} == {5}
    assert len(set(names)) == len({each.inputs["displayName"].lower() for each in found}) == len(found)
    for each in found:
        # Azure gives it this tag: who does not send it sees a difference for ever.
        assert each.inputs["tags"]["hidden-title"] == each.inputs["displayName"]
        assert each.inputs["sourceId"] == each.inputs["sourceId"].lower()


@every_environment
@pytest.mark.requirement("S1-076")
def test_tiles_cite_nearly_every_service(stack: str, composed: Mapping[str, Composition]) -> None:
    """By its component, or by the test of its host where it sends nothing itself."""
    text = cited(composed[stack])
    components = {
        name: each.inputs["resourceName"] for name, each in by_name(composed[stack], "application-insights").items()
    }
    tests = {name: each.inputs["webTestName"] for name, each in by_name(composed[stack], "web-test").items()}
    served = [each for each in CATALOGUE if each.endpoints or each.key in components]
    shown = [
        each.key
        for each in served
        if components.get(each.key, "-") in text or any(tests.get(one.name, "-") in text for one in each.endpoints)
    ]
    assert len(shown) >= CITED * len(served), sorted({each.key for each in served} - set(shown))


@every_environment
@pytest.mark.requirement("S1-065", "S3-064", "S3-186")
def test_every_service_is_shown_and_an_alert_is_about_it(stack: str, composed: Mapping[str, Composition]) -> None:
    """What sends telemetry by its component, a page in a browser by the test of its host; none is left out."""
    found, text = composed[stack], cited(composed[stack])
    components, tests = by_name(found, "application-insights"), by_name(found, "web-test")
    watched = {scope for each in every(found, "smart-detector-alert-rule") for scope in each.inputs["scope"]}
    watched |= {scope for each in every(found, "metric-alert") for scope in each.inputs["scopes"]}
    asked = {scope for each in every(found, "scheduled-query-rule") for scope in each.inputs["scopes"]}
    served = [each for each in CATALOGUE if not each.job]
    covered = []
    for service in served:
        if "application-insights" in service.parts:
            component = components[service.key]
            assert component.inputs["workspaceResourceId"] in asked, service.key
            names = [component.inputs["resourceName"]]
        else:
            names = [tests[each.name].inputs["webTestName"] for each in service.endpoints]
        if names and all(name in text and any(scope.endswith(f"/{name}") for scope in watched) for name in names):
            covered.append(service)
    assert covered == served


@every_environment
@pytest.mark.requirement("S1-076")
def test_tiles_cite_nearly_everything_of_tier_one_that_holds_data(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    text, group = cited(composed[stack]), f"mys-{stack}-core-rg-san"
    holding = [
        str(each.inputs[BY_TOKEN[each.type].name_input])
        for kind in TIER_ONE
        for each in every(composed[stack], kind)
        if each.inputs["resourceGroupName"] == group
    ]
    assert len(holding) >= len(TIER_ONE)
    shown = [each for each in holding if each.lower() in text]
    assert len(shown) >= CITED * len(holding), sorted(set(holding) - set(shown))


@pytest.mark.parametrize(
    ("workbook", "tile", "words"),
    [
        ("infrastructure", "redis-keys", ("cachehits", "cachemisses")),
        ("performance", "latency", ("50)", "95)", "99)")),
        ("performance", "grpc", ("P50 < 15", "P99 < 40")),
        ("performance", "events", ("servicebus", "P95 < 100")),
        ("performance", "calls", ("P95 < 100",)),
        ("performance", "edge-hosts", ("FrontDoorAccessLog", "P95 < 200")),
        ("performance", "sql", ("AppDependencies", "P95 < 50")),
        ("performance", "slow-sql", ("PGSQLQueryStoreRuntime", "QueryText")),
        ("chain", "transactions", ("-chain-", "Failed")),
        ("deployments", "changes", ("AzureActivity", "SucceededPercent")),
        ("deployments", "releases", ("KubeEvents", "SucceededPercent")),
        ("executive", "recovery", ("monitorConditionResolvedDateTime", "avg")),
        ("usage", "visitors", ("UserId", "SessionId")),
    ],
)
@pytest.mark.requirement("S1-024", "S1-026", "S1-027", "S1-047", "S1-064", "S1-101", "S1-118", "S1-119", "S1-120")
@pytest.mark.requirement("S2-079", "S2-085", "S3-152", "S3-177", "S3-184")
def test_what_was_asked_for_is_a_tile(
    workbook: str, tile: str, words: tuple[str, ...], composed: Mapping[str, Composition]
) -> None:
    for stack in ENVIRONMENTS:
        (found,) = (each for each in tiles(composed[stack], workbook) if each["name"] == tile)
        assert all(word in found["content"]["query"] for word in words), stack


@every_stack
def test_questions_about_logs_weigh_what_was_sampled_and_leave_out_tests(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    """But for what asks from outside, which is such a test."""
    for each in tiles(composed[stack]):
        text = each["content"]["query"]
        if text.startswith("App") and not text.startswith("AppAvailabilityResults"):
            assert "isempty(SyntheticSource)" in text, each["name"]
            assert "ItemCount" in text, each["name"]
            assert "count()" not in text, each["name"]


@every_environment
@pytest.mark.requirement("S0-36", "S1-073")
def test_whoever_asks_by_hand_finds_the_questions_in_a_pack(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    (pack,) = every(composed[stack], "query-pack")
    queries = by_name(composed[stack], "query")
    assert queries.keys() == {each.key for each in plans[stack].of(DASHBOARDS).queries}
    assert {"performance-latency", "performance-grpc", "performance-slow-sql"} <= queries.keys()
    asked = {each["content"]["query"] for each in tiles(composed[stack])}
    for each in queries.values():
        assert each.inputs["queryPackName"] == pack.inputs["queryPackName"]
        assert each.inputs["body"] in asked
    ids = {each.inputs["id"] for one in composed.values() for each in every(one, "query")}
    assert len(ids) == sum(len(every(one, "query")) for one in composed.values())
