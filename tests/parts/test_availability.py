"""Availability: every public host is asked from outside, and what asks it is let in."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path

import pytest

from components.alerts.facts import LOCATIONS, minutes
from stacks.pages.alerts import alerts_page
from stacks.parts.alerts.availability import HOST_DOWN
from stacks.parts.alerts.plan import ALERTS
from stacks.plan.model import StackPlan
from tests.harness.build import by_name
from tests.harness.compose import Composition
from tests.harness.settings import edited_plan, every_environment, one_problem, waived

CRITERIA = "Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria"
EUROPE = ["emea-nl-ams-azr", "emea-gb-db3-azr", "emea-fr-pra-edge", "emea-ch-zrh-edge", "emea-ru-msa-edge"]


@every_environment
@pytest.mark.requirement("S1-067")
def test_every_public_host_has_a_test_and_an_alert(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    tests, alerts = by_name(composed[stack], "web-test"), by_name(composed[stack], "metric-alert")
    assert {each.inputs["request"]["requestUrl"] for each in tests.values()} == {
        each.url for each in plans[stack].watched
    }
    assert {"api", "app", "docs"} <= tests.keys()
    assert any(name.startswith("redirect-") for name in tests)
    for name, test in tests.items():
        alert = alerts[f"{name}-host"]
        criteria = alert.inputs["criteria"]
        assert criteria["odataType"] == CRITERIA
        assert alert.inputs["scopes"] == [criteria["webTestId"], criteria["componentId"]]
        assert criteria["webTestId"].endswith(test.inputs["webTestName"])
        assert criteria["failedLocationCount"] == len(test.inputs["locations"]) - 2 == 3
        assert alert.inputs["severity"] == (1 if stack == "prod" else 2)
        assert minutes(alert.inputs["windowSize"]) * 60 >= test.inputs["frequency"]
        assert test.inputs["frequency"] == (300 if stack == "prod" else 900)


@every_environment
def test_a_test_is_strict_and_tied_to_a_component_that_is_there(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    found = composed[stack]
    components = {each.inputs["resourceName"]: each for each in by_name(found, "application-insights").values()}
    for name, test in by_name(found, "web-test").items():
        (link,) = (tag.removeprefix("hidden-link:") for tag in test.inputs["tags"] if tag.startswith("hidden-link:"))
        parts = link.split("/")
        component = components[parts[-1]]
        assert parts[2] == plans[stack].subscription_id
        assert parts[4] == component.inputs["resourceGroupName"] == test.inputs["resourceGroupName"], name
        assert test.inputs["location"] == component.inputs["location"]
        assert test.inputs["validationRules"] == {
            "expectedHttpStatusCode": 200,
            "sSLCheck": True,
            "sSLCertRemainingLifetimeCheck": 30,
        }
        assert (test.inputs["webTestKind"], test.inputs["retryEnabled"], test.inputs["enabled"]) == (
            "standard",
            True,
            True,
        )
        assert [each["location"] for each in test.inputs["locations"]] == EUROPE


def test_who_has_no_component_is_kept_by_a_neighbour(plans: Mapping[str, StackPlan]) -> None:
    keepers = {each.key: each.service for each in plans["dev"].of(ALERTS).hosts}
    assert keepers["admin-api"] == "admin-api"
    # admin-ui sends nothing itself, nor does devhub.
    assert (keepers["admin"], keepers["docs"], keepers["redirect-dev"]) == ("admin-api", "app", "app")


def test_azure_has_sixteen_places_and_none_in_africa() -> None:
    assert len(LOCATIONS) == 16
    assert not {each.country for each in LOCATIONS.values()} & {"ZA", "EG", "KE", "NG"}
    for each in LOCATIONS.values():
        assert len({ip_network(one) for one in each.addresses}) == len(each.addresses) >= 3


def test_the_runbook_tells_of_it() -> None:
    section = alerts_page().partition(f"\n## {HOST_DOWN}\n")[2].partition("\n## ")[0]
    for part in ("First look: ", "Remedy: ", "Escalation: "):
        assert part in section


def test_a_waiver_turns_tests_and_their_checks_off(folder: Path) -> None:
    changes = {"waivers.alert-hostdown": waived(), "edge.waf.countries": {"allow": ["ZA"]}}
    assert edited_plan(folder, "dev", changes).of(ALERTS).hosts == ()


def test_without_an_edge_nothing_is_asked(plans: Mapping[str, StackPlan]) -> None:
    assert plans["shared"].of(ALERTS).hosts == ()


def test_whom_the_firewall_lets_in(folder: Path) -> None:
    wanted = [each for tag in EUROPE for each in LOCATIONS[tag].addresses]
    changes = {
        "edge.waf.countries": {"allow": ["ZA", "NL", "IE", "FR", "GB"]},
        "edge.waf.ranges": {"admin": ["198.51.100.0/24", "2001:db8::/32", *wanted]},
    }
    assert edited_plan(folder, "dev", changes).of(ALERTS).hosts


@pytest.mark.parametrize(
    ("stack", "changes", "where", "what"),
    [
        ("dev", {"availability.locations": [*EUROPE[:4], "afr-za-jnb-azr"]}, "locations.4", "no such location"),
        ("dev", {"availability.locations": EUROPE[:4]}, "locations", "too few"),
        ("dev", {"availability.locations": [*EUROPE, EUROPE[0]]}, "locations.5", "there already"),
        ("dev", {"availability.frequency_seconds": 60}, "frequency_seconds", ""),
        ("dev", {"availability.certificate_days": 60}, "certificate_days", ""),
        ("prod", {"availability.frequency_seconds": 600}, "frequency_seconds", "within 10 minutes"),
    ],
)
def test_a_bad_setting_is_one_error(
    folder: Path, stack: str, changes: Mapping[str, object], where: str, what: str
) -> None:
    problem = one_problem(folder, stack, changes)
    assert problem.path == f"Pulumi.{stack}.yaml: mystira:availability.{where}"
    assert what in problem.what


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        ({"edge.waf.countries": {"allow": ["ZA", "NL", "IE", "FR"]}}, "countries.allow", "come from GB"),
        ({"edge.waf.countries": {"block": ["FR", "RU"]}}, "countries.block", "come from FR"),
        ({"edge.waf.ranges": {"admin": ["198.51.100.0/24"]}}, "ranges.admin", "come from 21 other ranges"),
    ],
)
@pytest.mark.requirement("S1-067")
def test_a_firewall_that_keeps_the_tests_out_is_one_error(
    folder: Path, changes: Mapping[str, object], where: str, what: str
) -> None:
    problem = one_problem(folder, "dev", changes)
    assert problem.path == f"Pulumi.dev.yaml: mystira:edge.waf.{where}"
    assert what in problem.what
