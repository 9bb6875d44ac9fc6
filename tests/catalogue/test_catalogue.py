"""The catalogue: what does not fit together is refused; ten times the services is one argument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components.naming.builder import Project
from components.problems import InvalidInput
from stacks.catalogue.model import Catalogue, Endpoint, HostKind, Port, Probe, Service, Use, Workload
from stacks.catalogue.needs.calls import Calls
from stacks.catalogue.needs.database import Database
from stacks.catalogue.needs.messages import Messages
from stacks.catalogue.needs.sign_in import TakesCalls
from stacks.catalogue.needs.vault import Vault
from stacks.catalogue.records import CATALOGUE as COMMITTED
from stacks.parts.hosts.plan import HOSTS, host_problems, hosts_of
from stacks.parts.identity.plan import IDENTITIES
from tests.harness.settings import GONE, context, edit, edited_plan, plan
from tests.platform.catalogue import CATALOGUE

ALONE: Mapping[str, Any] = {
    "services": {},
    "service_bus.queues": {},
    "edge": {"waf": {"mode": "detection"}},
    "waivers.static-site-gate": GONE,
    "waivers.hosting-slot": GONE,
    "waivers.hosting-zones": GONE,
}
"""Settings that name no service of the catalogue."""


def service(key: str, *needs: Any, endpoint: str = "") -> Service:
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
def test_what_does_not_fit_is_one_problem(folder: Path, services: tuple[Service, ...], what: str) -> None:
    assert [problem.what for problem in Catalogue(services).problems] == [what]
    edit(folder, "dev", ALONE)
    with pytest.raises(InvalidInput) as caught:
        plan("dev", folder, catalogue=Catalogue(services))
    assert what in [problem.what for problem in caught.value.problems]


def test_the_same_key_twice_is_refused() -> None:
    assert "used twice" in {problem.what for problem in Catalogue((service("a"), service("a"))).problems}


def test_a_word_close_to_a_known_service_is_answered_with_it() -> None:
    catalogue = Catalogue((service("pay"), service("a", Calls("payy"))))
    assert [problem.suggestion for problem in catalogue.problems] == ["pay"]


def test_the_committed_catalogue_fits_together() -> None:
    assert COMMITTED.problems == ()


def test_a_service_has_an_identity_when_it_runs_or_needs_something() -> None:
    assert not service("a", endpoint="x").identified
    assert service("a", Calls("b")).identified
    assert replace(service("a"), workload=Workload(HostKind.AKS, (Port("http", 80),))).identified


def test_the_services_with_a_need_of_a_kind_are_found_in_the_order_of_the_records() -> None:
    catalogue = Catalogue((service("b", Vault(), Database("x")), service("c", Calls("b")), service("a", Database("y"))))
    assert catalogue.needing(Database) == ("b", "a")
    assert catalogue.needing(Messages) == ()


def test_a_job_takes_secrets_only_where_it_has_a_vault() -> None:
    """It logs in as its identity, so that it can do without."""
    job = replace(service("a", Database("x")), workload=Workload(HostKind.JOB, ()))
    assert (job.job, job.identified, job.takes_secrets) == (True, True, False)
    assert replace(job, needs=(*job.needs, Vault())).takes_secrets
    assert service("a", Database("x")).takes_secrets


def test_two_endpoints_on_one_host_are_refused() -> None:
    hosts = hosts_of(context("dev"))
    assert list(host_problems(hosts)) == []
    clash = replace(hosts[0], name=hosts[1].name)
    (problem,) = host_problems((clash, *hosts[1:]))
    assert problem.what == f"several endpoints are on {hosts[1].name}"


def test_an_endpoint_on_the_origin_of_another_is_refused(folder: Path) -> None:
    catalogue = Catalogue((service("a", endpoint="api"), service("b", endpoint="api-k8s")))
    edit(folder, "dev", ALONE)
    with pytest.raises(InvalidInput, match=r"several endpoints are on dev\.api-k8s\.mystira\.app"):
        plan("dev", folder, catalogue=catalogue)


def test_ten_times_the_services_is_one_argument(folder: Path) -> None:
    many = tuple(
        service(f"s{number}", Calls(f"s{number - 1}" if number else "s1"), TakesCalls(f"S{number}"), Vault())
        for number in range(70)
    )
    made = edited_plan(folder, "dev", ALONE, catalogue=Catalogue(many))
    assert len({identity.spec.name for identity in made.of(IDENTITIES)}) == 70
    assert made.of(HOSTS) == ()


def test_every_service_of_the_catalogue_is_found_by_its_key() -> None:
    assert list(CATALOGUE.by_key) == [each.key for each in CATALOGUE]


def serving(*ports: Port, **changes: Any) -> Service:
    """A service in the cluster that listens on these ports."""
    return replace(service("a"), workload=Workload(HostKind.AKS, ports, **changes))


HTTP, HEALTH = Port("http", 80), Port("health", 81, use=Use.HEALTH)
ENDPOINT = Endpoint("a", HostKind.AKS, "/health")


@pytest.mark.parametrize(
    ("found", "path", "what"),
    [
        (serving(HTTP, Port("again", 80)), "catalogue: a: ports", "a number is used twice"),
        (serving(HTTP, Port("http", 81)), "catalogue: a: ports", "a name is used twice"),
        (serving(Port("HTTP", 80)), "catalogue: a: ports", "not a name that Kubernetes takes"),
        (serving(Port("a-name-too-long-x", 80)), "catalogue: a: ports", "not a name that Kubernetes takes"),
        (serving(HTTP, liveness=Probe("ghost")), "catalogue: a: liveness", "asks an unknown port"),
        (serving(HTTP, startup=Probe("ghost", "TCP")), "catalogue: a: startup", "asks an unknown port"),
        (
            replace(serving(HEALTH), endpoints=(ENDPOINT,)),
            "catalogue: a: endpoint a",
            "answers at an unknown port",
        ),
        (
            replace(serving(HTTP, readiness=Probe("http", path="/ready")), endpoints=(ENDPOINT,)),
            "catalogue: a: endpoint a",
            "its monitors do not ask what says that a copy takes requests, /ready",
        ),
    ],
)
@pytest.mark.requirement("S1-042", "S2-026")
def test_a_workload_that_does_not_fit_its_ports_is_one_error(found: Service, path: str, what: str) -> None:
    (problem,) = Catalogue((found,)).problems
    assert (problem.path, problem.what) == (path, what)
    assert problem.allowed


def test_a_port_may_have_the_number_of_another_protocol_and_be_asked_by_any_probe() -> None:
    ports = (HTTP, HEALTH, Port("peers", 80, "UDP", Use.PEERS))
    fits = serving(*ports, liveness=Probe("health"), readiness=Probe("http", "TCP"), startup=Probe("http", "gRPC"))
    assert Catalogue((replace(fits, endpoints=(ENDPOINT,)),)).problems == ()
