"""The catalogue: what does not fit together is refused; ten times the services is one argument."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from components.naming import Project
from components.problems import InvalidInput
from offline.engine.home import PROJECT
from stacks.catalogue import CATALOGUE, Catalogue, Endpoint, HostKind, Service
from stacks.catalogue.needs import Calls, Database, Messages
from stacks.plan import EnvironmentPlan, make_plan
from stacks.plan.hosts import host_problems, hosts_of
from stacks.plan.lifecycles import creation_problems, warnings_of
from stacks.settings import EnvironmentSettings, from_file
from tests.conftest import TODAY


def service(key: str, *needs: object, endpoint: str = "") -> Service:
    endpoints = (Endpoint(endpoint, HostKind.AKS),) if endpoint else ()
    return Service(key, Project(key), "app", endpoints, None, needs)


@pytest.mark.parametrize(
    ("services", "what"),
    [
        ((service("a", Calls("ghost")),), "calls an unknown service"),
        ((service("a", Database("x")), service("b", Database("x"))), "has two owners"),
        ((service("a", Database("x", read_only=True)),), "uses what nobody owns"),
        ((service("a", Messages(subscribes=("Ghost",))),), "uses what nobody owns"),
        ((service("a", Messages(receives=("ghost",))),), "uses what nobody owns"),
        ((service("a", endpoint="x"), service("b", endpoint="x")), "used twice"),
    ],
)
def test_what_does_not_fit_is_one_problem(services: tuple[Service, ...], what: str) -> None:
    assert [problem.what for problem in Catalogue(services).problems] == [what]
    with pytest.raises(InvalidInput) as caught:
        make_plan(settings(), Catalogue(services), stack="dev", today=TODAY)
    assert what in [problem.what for problem in caught.value.problems]


def test_the_same_key_twice_is_refused() -> None:
    assert "used twice" in {problem.what for problem in Catalogue((service("a"), service("a"))).problems}


def test_all_seven_services_are_there() -> None:
    assert [each.key for each in CATALOGUE] == [
        "app",
        "admin-api",
        "admin-ui",
        "story-generator",
        "publisher",
        "chain",
        "devhub",
    ]
    assert {each.key for each in CATALOGUE if not each.identified} == {"admin-ui", "devhub"}


def settings() -> EnvironmentSettings:
    """The settings of dev without what they say about the real services."""
    found = from_file("dev", PROJECT)
    assert isinstance(found, EnvironmentSettings)
    return found.model_copy(update={"services": {}})


def test_two_endpoints_on_one_host_are_refused() -> None:
    hosts = hosts_of("dev", settings(), CATALOGUE)
    assert list(host_problems(hosts)) == []
    clash = replace(hosts[0], name=hosts[1].name)
    (problem,) = host_problems((clash, *hosts[1:]))
    assert problem.what == f"several endpoints are on {hosts[1].name}"


def test_an_endpoint_on_the_origin_of_another_is_refused() -> None:
    catalogue = Catalogue((service("a", endpoint="api"), service("b", endpoint="api-k8s")))
    with pytest.raises(InvalidInput, match=r"several endpoints are on dev\.api-k8s\.mystira\.app"):
        make_plan(settings(), catalogue, stack="dev", today=TODAY)


def test_ten_times_the_services_is_one_argument() -> None:
    many = Catalogue(tuple(service(f"s{number}", Calls(f"s{number - 1}" if number else "s1")) for number in range(70)))
    plan = make_plan(settings(), many, stack="dev", today=TODAY)
    assert isinstance(plan, EnvironmentPlan)
    assert len(plan.services) == 70
    assert len({each.identity for each in plan.services}) == 70


def test_ends_of_life_are_seen_120_days_ahead() -> None:
    used = [("model", "gpt-4o 2024-11-20"), ("postgresql", "17")]
    assert warnings_of(date(2026, 12, 14), used) == ()
    (warning,) = warnings_of(date(2026, 12, 15), used)
    assert (warning.retires_on, warning.replacement) == ("2027-04-14", "gpt-5.1")


def test_what_is_closed_is_refused_unless_it_runs() -> None:
    used = [("mystira:redis", "redis", "classic"), ("mystira:postgresql", "postgresql", "17")]
    (problem,) = creation_problems(TODAY, used)
    assert problem.what == "redis classic can no longer be created"
    assert creation_problems(TODAY, used, running=["mystira:redis"]) == []
    assert creation_problems(date(2026, 9, 30), used) == []
