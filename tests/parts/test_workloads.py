"""What runs in the cluster: namespace, service account, subject and identity follow from one record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from stacks.parts.postgresql.plan import MIGRATOR
from stacks.parts.workloads.plan import WORKLOADS
from stacks.plan.model import StackPlan
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import edited_plan, every_environment
from tests.platform.catalogue import CATALOGUE

CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential"


@every_environment
@pytest.mark.requirement("S0-05", "S3-006", "S3-114", "S3-117", "S3-119", "S3-120", "S3-121")
def test_every_workload_is_its_identity(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    workloads = plans[stack].of(WORKLOADS)
    credentials = {each.inputs["subject"]: each.inputs for each in composed[stack].of(CREDENTIAL)}
    (issuer,) = {each["issuer"] for each in credentials.values()}
    assert issuer.startswith("https://southafricanorth.oic.prod-aks.azure.com/")
    migrator = f"system:serviceaccount:mys-{stack}:mys-{MIGRATOR}"
    assert set(credentials) == {migrator, *(workload.subject for workload in workloads)}
    for workload in workloads:
        credential = credentials[f"system:serviceaccount:mys-{stack}:mys-{workload.service}"]
        assert credential["audiences"] == ["api://AzureADTokenExchange"]
        code = CATALOGUE.by_key[workload.service].project.code
        assert credential["resourceName"] == f"mys-{stack}-{code}-identity-san"


def test_an_environment_s_numbers_replace_those_of_the_catalogue(folder: Path) -> None:
    changes = {"services.publisher": {"replicas": {"minimum": 4, "maximum": 7}}}
    found = {each.service: each for each in edited_plan(folder, "prod", changes).of(WORKLOADS)}
    assert (found["publisher"].minimum, found["publisher"].maximum) == (4, 7)
    workload = CATALOGUE.by_key["publisher"].workload
    assert workload
    assert (found["publisher"].millicores, found["publisher"].memory_mib) == (
        round(workload.requests[0] * 1000),
        workload.requests[1],
    )


MISTAKES = [
    Mistake("dev", {"services.ghost": {}}, "services.ghost", "unknown service", "publisher"),
    Mistake(
        "dev",
        {"services.app": {"replicas": {"minimum": 3, "maximum": 2}}},
        "services.app.replicas",
        "the minimum is above the maximum",
    ),
]


@each_mistake(MISTAKES)
def test_a_mistake_about_a_service_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
