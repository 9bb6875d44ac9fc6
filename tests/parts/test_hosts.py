"""The one host model: every endpoint in every environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from stacks.catalogue.model import Catalogue, Endpoint, HostKind, Service
from stacks.parts.hosts.plan import HOSTS
from stacks.plan.model import StackPlan
from tests.harness.compose import Composition
from tests.harness.settings import edited_plan, every_environment, one_problem
from tests.platform.catalogue import CATALOGUE


@every_environment
@pytest.mark.requirement("S0-08")
def test_hosts_carry_the_environment_except_in_prod(stack: str, plans: Mapping[str, StackPlan]) -> None:
    label = "" if stack == "prod" else f"{stack}."
    hosts = plans[stack].of(HOSTS)
    assert {f"{each.service}/{each.endpoint}": each.name for each in hosts} == {
        f"{service.key}/{endpoint.name}": f"{label}{endpoint.name}.mystira.app"
        for service in CATALOGUE
        for endpoint in service.endpoints
    }
    for host in hosts:
        assert host.record == f"{label}{host.endpoint}"
        assert host.cors_origin == f"https://{host.name}"
        assert host.redirect_uri.startswith(f"{host.cors_origin}/")
        assert host.monitor_url.startswith(host.cors_origin)
        assert bool(host.origin) is (host.kind == HostKind.AKS.value)


@pytest.mark.requirement("S0-08")
def test_a_setting_puts_the_label_into_prod_as_well(folder: Path) -> None:
    found = edited_plan(folder, "prod", {"domain.environment_label_in_prod": True})
    assert {each.name for each in found.of(HOSTS)} == {
        f"prod.{endpoint.name}.mystira.app" for service in CATALOGUE for endpoint in service.endpoints
    }


@every_environment
def test_the_stack_exports_every_host(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    assert sorted(composed[stack].outputs["hosts"].values()) == sorted(each.name for each in plans[stack].of(HOSTS))


def test_a_service_that_is_not_public_has_no_hosts(folder: Path) -> None:
    found = edited_plan(folder, "dev", {"services.publisher.public": False})
    assert "publisher" not in {host.service for host in found.of(HOSTS)}


def with_endpoint(key: str, *endpoints: Endpoint) -> Catalogue:
    def changed(service: Service) -> Service:
        return replace(service, endpoints=(*service.endpoints, *endpoints)) if service.key == key else service

    return replace(CATALOGUE, services=tuple(map(changed, CATALOGUE)))


def test_an_endpoint_on_the_origin_of_another_is_one_clear_error(folder: Path) -> None:
    catalogue = with_endpoint("admin-ui", Endpoint("publisher-k8s", HostKind.STATIC_SITE))
    problem = one_problem(folder, "dev", {}, catalogue=catalogue)
    assert (problem.path, problem.what) == (
        "catalogue: endpoints",
        "several endpoints are on dev.publisher-k8s.mystira.app",
    )
    assert problem.seen == "admin-ui/publisher-k8s, publisher/publisher"
