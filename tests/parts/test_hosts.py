"""The one host model: every endpoint in every environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from components.naming.builder import Project
from stacks.catalogue.model import Catalogue, Endpoint, HostKind, Service
from stacks.catalogue.needs.calls import Calls
from stacks.parts.hosts.plan import HOSTS, Host, internal_hosts, internal_problems
from stacks.plan.model import StackPlan
from tests.harness.compose import Composition
from tests.harness.settings import context, edited_plan, every_environment, problems
from tests.platform.catalogue import CATALOGUE


@every_environment
@pytest.mark.requirement("S0-08", "S1-019")
def test_hosts_carry_the_environment_except_in_prod(stack: str, plans: Mapping[str, StackPlan]) -> None:
    label = "" if stack == "prod" else f"{stack}."
    hosts = [host for host in plans[stack].of(HOSTS) if not host.internal]
    assert {f"{each.service}/{each.endpoint}": each.name for each in hosts} == {
        f"{service.key}/{endpoint.name}": f"{label}{endpoint.name}.mystira.app"
        for service in CATALOGUE
        for endpoint in service.endpoints
        if not endpoint.internal
    }
    for host in hosts:
        assert host.record == f"{label}{host.endpoint}"
        assert host.cors_origin == f"https://{host.name}"
        returns_to = {"app": "/authentication/login-callback", "admin": "/auth/callback"}.get(host.endpoint)
        assert host.redirect_uri == (f"{host.cors_origin}{returns_to}" if returns_to else "")
        assert host.monitor_url.startswith(host.cors_origin)
        assert bool(host.origin) is (host.kind == HostKind.AKS.value)


@pytest.mark.requirement("S0-08")
def test_a_setting_puts_the_label_into_prod_as_well(folder: Path) -> None:
    found = edited_plan(folder, "prod", {"domain.environment_label_in_prod": True})
    assert {each.name or each.origin for each in found.of(HOSTS)} == {
        "prod.chain-k8s.mystira.app" if endpoint.internal else f"prod.{endpoint.name}.mystira.app"
        for service in CATALOGUE
        for endpoint in service.endpoints
    }


@every_environment
@pytest.mark.requirement("S1-019")
def test_an_internal_endpoint_has_an_origin_and_nothing_public(stack: str, plans: Mapping[str, StackPlan]) -> None:
    (chain,) = [host for host in plans[stack].of(HOSTS) if host.service == "chain"]
    label = "" if stack == "prod" else f"{stack}."
    origin = f"{label}chain-k8s.mystira.app"
    assert chain == Host("chain", "chain", HostKind.AKS.value, "", "", origin, "", "", "")
    assert internal_hosts(context(stack)) == {"chain": origin}


@every_environment
def test_the_stack_exports_every_public_host(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    public = {f"{each.service}/{each.endpoint}": each.name for each in plans[stack].of(HOSTS) if not each.internal}
    assert composed[stack].outputs["hosts"] == public
    assert "chain/chain" not in public


def test_a_service_that_is_not_public_has_no_hosts(folder: Path) -> None:
    found = edited_plan(folder, "dev", {"services.publisher.public": False})
    assert "publisher" not in {host.service for host in found.of(HOSTS)}


def test_an_internal_endpoint_does_not_depend_on_what_is_public(folder: Path) -> None:
    found = edited_plan(folder, "dev", {"services.chain.public": False})
    assert "chain" in {host.service for host in found.of(HOSTS)}


def with_endpoint(key: str, *endpoints: Endpoint) -> Catalogue:
    def changed(service: Service) -> Service:
        return replace(service, endpoints=(*service.endpoints, *endpoints)) if service.key == key else service

    return replace(CATALOGUE, services=tuple(map(changed, CATALOGUE)))


def test_an_endpoint_on_the_origin_of_another_is_one_clear_error(folder: Path) -> None:
    catalogue = with_endpoint("admin-ui", Endpoint("publisher-k8s", HostKind.STATIC_SITE))
    problem, of_the_record = problems(folder, "dev", {}, catalogue=catalogue)[::-1]
    assert "dev.publisher-k8s" in of_the_record.seen
    assert (problem.path, problem.what) == (
        "catalogue: endpoints",
        "several endpoints are on dev.publisher-k8s.mystira.app",
    )
    assert problem.seen == "admin-ui/publisher-k8s, publisher/publisher"


INSIDE = Endpoint("ledger", HostKind.AKS, internal=True)


@pytest.mark.parametrize(
    ("endpoint", "called", "path", "what"),
    [
        (replace(INSIDE, kind=HostKind.APP_SERVICE), "ledger", "b: endpoints", "answers in the cluster only"),
        (INSIDE, "leger", "a: calls", "not an internal endpoint of b"),
        (replace(INSIDE, internal=False), "ledger", "a: calls", "not an internal endpoint of b"),
    ],
)
def test_calls_and_internal_endpoints_fit_together(endpoint: Endpoint, called: str, path: str, what: str) -> None:
    caller = Service("a", Project("a"), "", needs=(Calls("b", endpoint=called),))
    (problem,) = internal_problems(Catalogue((caller, Service("b", Project("b"), "", endpoints=(endpoint,)))))
    assert problem.path == f"catalogue: {path}"
    assert what in problem.what
    assert problem.seen
    assert problem.allowed
