"""What runs in the cluster: namespace, service account, subject and identity follow from one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from components.facts.regions import GLOBAL, REGIONS
from stacks.catalogue.model import HostKind
from stacks.parts.hosts.plan import HOSTS
from stacks.parts.postgresql.plan import MIGRATOR
from stacks.parts.workloads.checks import service_problems
from stacks.parts.workloads.plan import WORKLOADS
from stacks.parts.workloads.specs import workload_spec
from stacks.plan.model import StackPlan
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import ENVIRONMENTS, GONE, context, edited_plan, every_environment
from tests.platform.catalogue import CATALOGUE

CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential"
SERVICE = "kubernetes:core/v1:Service"


@every_environment
@pytest.mark.requirement("S0-05", "S3-006", "S3-114", "S3-117", "S3-119", "S3-120", "S3-121")
def test_every_workload_is_its_identity(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    workloads = plans[stack].of(WORKLOADS)
    credentials = {each.inputs["subject"]: each.inputs for each in composed[stack].of(CREDENTIAL)}
    (issuer,) = {each["issuer"] for each in credentials.values()}
    assert issuer.startswith("https://southafricanorth.oic.prod-aks.azure.com/")
    migrator = f"system:serviceaccount:mys-database:mys-{MIGRATOR}"
    challenges = "system:serviceaccount:mys-cert-manager:cert-manager"
    assert set(credentials) == {migrator, challenges, *(workload.subject for workload in workloads)}
    for workload in workloads:
        credential = credentials[f"system:serviceaccount:mys-{stack}:mys-{workload.service}"]
        assert credential["audiences"] == ["api://AzureADTokenExchange"]
        code = CATALOGUE.by_key[workload.service].project.code
        assert credential["resourceName"] == f"mys-{stack}-{code}-identity-san"


def test_an_environment_s_numbers_replace_those_of_the_catalogue(folder: Path) -> None:
    changes = {"services.publisher.replicas": {"minimum": 4, "maximum": 7}}
    found = {each.service: each for each in edited_plan(folder, "prod", changes).of(WORKLOADS)}
    assert (found["publisher"].minimum, found["publisher"].maximum) == (4, 7)
    assert (found["publisher"].millicores, found["publisher"].memory_mib) == (100, 512)


REGISTRY = "myssharedacr.azurecr.io"
DIGEST = "sha256:" + "a" * 64

MISTAKES = [
    Mistake("dev", {"services.ghost": {}}, "services.ghost", "unknown service", "publisher"),
    Mistake(
        "dev",
        {"services.app": {"replicas": {"minimum": 3, "maximum": 2}}},
        "services.app.replicas",
        "the minimum is above the maximum",
    ),
    Mistake(
        "prod",
        {"services.chain.replicas": {"minimum": 2, "maximum": 3}},
        "services.chain.replicas",
        "copies with disks do not follow the load",
        "the same number twice",
    ),
    Mistake("staging", {"services.publisher.image_tag": "1.2.3"}, "services.publisher.image_tag", "a tag may mean"),
    Mistake(
        "prod",
        {"services.publisher.image_digest": GONE},
        "services.publisher",
        "no image to run",
        "image_digest, or rollout: off",
    ),
    Mistake(
        "dev",
        {"services.publisher.image_tag": GONE},
        "services.publisher",
        "no image to run",
        "image_tag or image_digest, or rollout: off",
    ),
    Mistake("dev", {"services.app": {"rollout": "off"}}, "services.app.rollout", "serves nothing in the cluster"),
    Mistake(
        "dev",
        {"services.publisher.limits.memory_mib": 64},
        "services.publisher.limits.memory_mib",
        "below what is requested",
        "128 MiB or more",
    ),
    Mistake("dev", {"services.publisher.disk_gib": 10}, "services.publisher.disk_gib", "the service has no disk"),
    Mistake("dev", {"services.app": {"disk_sku": "Premium_ZRS"}}, "services.app.disk_sku", "the service has no disk"),
    Mistake(
        "dev",
        {"services.publisher.variables": {"PORT": "1"}},
        "services.publisher.variables.PORT",
        "the variable is given by the catalogue",
    ),
    Mistake(
        "dev",
        {"services.publisher.variables": {"DATABASE_URL": "postgresql://elsewhere"}},
        "services.publisher.variables.DATABASE_URL",
        "the variable holds the secret postgres-connection-string",
    ),
    Mistake(
        "staging",
        {"services.publisher.variables": {"PARTNER": "https://staging.ghost.mystira.app/api"}},
        "services.publisher.variables.PARTNER",
        "names a host at which nothing answers",
        "staging.publisher.mystira.app",
    ),
    Mistake("dev", {"services.publisher.image_tag": "no tag"}, "services.publisher.image_tag", "", ""),
    Mistake("dev", {"services.publisher.disk_gib": 0}, "services.publisher.disk_gib", "", ""),
]


@each_mistake(MISTAKES)
def test_a_mistake_about_a_service_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


def test_a_host_of_the_model_may_be_a_value(folder: Path) -> None:
    changes = {"services.publisher.variables": {"PARTNER": "https://staging.story-api.mystira.app/api"}}
    (found,) = [each for each in edited_plan(folder, "staging", changes).of(WORKLOADS) if each.service == "publisher"]
    assert found.spec
    assert found.spec.variables["PARTNER"] == "https://staging.story-api.mystira.app/api"


def test_without_a_rollout_a_service_has_no_pods_and_a_step(folder: Path) -> None:
    changes = {"services.publisher.rollout": "off", "services.publisher.image_digest": GONE}
    made = edited_plan(folder, "prod", changes)
    found = {each.service: each for each in made.of(WORKLOADS)}
    assert [key for key, each in found.items() if each.spec is None] == [
        "publisher",
        "data-migration",
        "analytics",
        "training-export",
    ]
    (step,) = [each for each in made.steps if each.key.startswith("rollout-")]
    assert (step.key, "mys-publisher" in step.check) == ("rollout-publisher", True)
    assert [each.minimum for each in made.pods if each.name == "publisher"] == [3]


@pytest.mark.requirement("S1-006")
def test_images_are_named_by_a_tag_in_dev_and_by_their_digest_elsewhere(plans: Mapping[str, StackPlan]) -> None:
    named = {
        stack: {each.service: each.spec.image for each in plans[stack].of(WORKLOADS) if each.spec}
        for stack in ENVIRONMENTS
    }
    assert {image.reference for image in named["dev"].values()} == {f"{REGISTRY}/{key}:dev" for key in named["dev"]}
    for stack in ("staging", "prod"):
        for key, image in named[stack].items():
            assert image.reference == f"{REGISTRY}/{key}@{image.digest}"
    assert len({image.digest for stack in ("staging", "prod") for image in named[stack].values()}) == 8


def test_a_tag_with_a_digest_is_both(folder: Path) -> None:
    made = edited_plan(folder, "dev", {"services.publisher.image_digest": DIGEST})
    (found,) = [each.spec for each in made.of(WORKLOADS) if each.service == "publisher"]
    assert found
    assert found.image.reference == f"{REGISTRY}/publisher:dev@{DIGEST}"


@every_environment
@pytest.mark.requirement("S1-023", "S1-042", "S2-026")
def test_monitors_ask_what_says_that_a_copy_takes_requests(stack: str, plans: Mapping[str, StackPlan]) -> None:
    specs = {each.service: each.spec for each in plans[stack].of(WORKLOADS) if each.spec}
    hosts = [host for host in plans[stack].of(HOSTS) if host.service in specs and host.kind == HostKind.AKS]
    assert {host.service for host in hosts} == set(specs)
    for host in hosts:
        spec = specs[host.service]
        assert spec
        assert set(spec.probes) == {"liveness", "readiness", "startup"}
        asked = spec.probes["readiness"]
        if host.internal:
            assert (asked.kind, asked.port.number) == ("TCP", 50051)
        else:
            assert asked.kind == "HTTP"
            assert host.monitor_url == f"https://{host.name}{asked.path}"


@every_environment
def test_dotnet_listens_on_every_port_that_is_probed(stack: str, plans: Mapping[str, StackPlan]) -> None:
    """Estate 74."""
    specs = {each.service: each.spec for each in plans[stack].of(WORKLOADS) if each.spec}
    for key in ("admin-api", "story-generator"):
        spec = specs[key]
        assert spec
        assert spec.variables["ASPNETCORE_HTTP_PORTS"] == "8080;8081"
        assert {str(probe.port.number) for probe in spec.probes.values()} <= {"8080", "8081"}


@pytest.mark.requirement("S1-020", "S3-004")
def test_chain_has_disks_and_a_port_for_grpc(plans: Mapping[str, StackPlan]) -> None:
    for stack, size in (("dev", 100), ("staging", 100), ("prod", 500)):
        (spec,) = [each.spec for each in plans[stack].of(WORKLOADS) if each.service == "chain"]
        assert spec
        assert spec.disk
        assert (spec.disk.gib, spec.disk.sku, spec.disk.path) == (size, "Premium_ZRS", "/data")
        assert spec.variables["CHAIN_DATA_DIR"] == spec.disk.path
        assert spec.variables["CHAIN_NETWORK_ID"] == "1337"
        assert "grpc" in {port.name for port in spec.served}
        assert spec.peers
        assert spec.peers.address.endswith(".6.13")


@every_environment
@pytest.mark.requirement("S0-21")
def test_who_calls_chain_finds_its_port_for_grpc(stack: str, composed: Mapping[str, Composition]) -> None:
    (service,) = [each for each in composed[stack].of(SERVICE) if each.inputs["metadata"]["name"] == "mys-chain"]
    ports = {port["name"]: port["port"] for port in service.inputs["spec"]["ports"]}
    assert ports["grpc"] == 50051


def test_in_a_region_without_zones_disks_are_in_one_place(folder: Path) -> None:
    zoneless = next(name for name, region in REGIONS.items() if not region.zones and name != GLOBAL)
    context_ = context("dev", folder)
    settings = context_.settings.model_copy(
        update={"azure": context_.settings.azure.model_copy(update={"region": zoneless})}
    )
    moved = replace(context_, settings=settings)
    assert list(service_problems(moved)) == []
    chain = moved.catalogue.by_key["chain"]
    assert chain.workload
    made = workload_spec(moved, chain, chain.workload, ())
    assert made.disk
    assert made.disk.sku == "Premium_LRS"
