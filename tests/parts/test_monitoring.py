"""Logs, telemetry, and who is notified."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from components.facts.types import BY_TOKEN
from tests.harness.build import products
from tests.harness.compose import Composition
from tests.harness.settings import every_environment, every_stack, plan
from tests.platform.catalogue import CATALOGUE

WORKSPACE = "azure-native:operationalinsights:Workspace"
TELEMETRY = "azure-native:applicationinsights:Component"
DIAGNOSTICS = "azure-native:monitor:DiagnosticSetting"


def workspace_id(composition: Composition) -> str:
    (workspace,) = composition.of(WORKSPACE)
    return f"/log-analytics-workspace/{workspace.inputs['workspaceName']}"


@every_environment
@pytest.mark.requirement("S1-008", "S3-032", "S3-203")
def test_one_workspace_takes_the_telemetry_of_every_service(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed[stack].of(TELEMETRY)
    assert {each.name for each in found} == {
        service.key for service in CATALOGUE if "application-insights" in service.parts
    }
    assert {each.inputs["workspaceResourceId"] for each in found} == {workspace_id(composed[stack])}


@every_stack
@pytest.mark.requirement("S1-008", "S3-065", "S3-203")
def test_everything_that_has_logs_sends_them(stack: str, composed: Mapping[str, Composition]) -> None:
    logging = {
        f"/{row.key}/{each.inputs[row.name_input]}"
        for each in composed[stack].azure()
        for row in [BY_TOKEN[each.type]]
        if row.diagnostics
    }
    settings = composed[stack].of(DIAGNOSTICS)
    assert {each.inputs["resourceUri"] for each in settings} == logging
    assert {each.inputs["workspaceId"] for each in settings} == {workspace_id(composed[stack])}
    silent = {each.inputs["resourceUri"].split("/")[1] for each in settings if "metrics" not in each.inputs}
    assert silent == ({"network-security-group", "redis-database"} if stack != "shared" else set())
    assert {metric["category"] for each in settings for metric in each.inputs.get("metrics", [])} == {"AllMetrics"}


@pytest.mark.parametrize(("stack", "off"), [("dev", False), ("staging", True), ("prod", True)])
def test_a_key_sends_no_telemetry_unless_local_auth_lists_it(
    stack: str, off: bool, composed: Mapping[str, Composition]
) -> None:
    assert {each.inputs["disableLocalAuth"] for each in composed[stack].of(TELEMETRY)} == {off}


def test_every_connection_string_is_a_secret_product() -> None:
    found = products(plan("staging"), "telemetry/")
    assert set(found) == {
        f"telemetry/connection-string/{service.key}" for service in CATALOGUE if "application-insights" in service.parts
    }
    assert all(each.secret for each in found.values())


@every_environment
@pytest.mark.requirement("S3-032")
def test_people_are_notified_by_the_action_group(stack: str, composed: Mapping[str, Composition]) -> None:
    (group,) = composed[stack].of("azure-native:monitor:ActionGroup")
    receivers = [each["name"] for each in group.inputs["emailReceivers"]]
    assert receivers == ["technical-lead", *(["business-lead"] if stack == "prod" else [])]
    assert len(group.inputs["groupShortName"]) <= 12
