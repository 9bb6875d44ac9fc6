"""Logs, telemetry, and who is notified."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from components.facts.types import BY_TOKEN
from components.monitoring.spec import ActionGroupSpec, WebhookSpec
from stacks.parts.monitoring.plan import LOGS
from stacks.parts.monitoring.routes import action_group
from stacks.plan.model import StackPlan
from tests.harness.build import by_name, one, products
from tests.harness.compose import Composition
from tests.harness.settings import edited_plan, every_environment, every_stack, one_problem, plan
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
def test_people_are_notified_by_one_action_group_a_route(stack: str, composed: Mapping[str, Composition]) -> None:
    groups = by_name(composed[stack], "action-group")
    assert {name: group.inputs["actionGroupName"] for name, group in groups.items()} == {
        "core": f"mys-{stack}-core-ag-glob",
        "core-page": f"mys-{stack}-corepage-ag-glob",
        "core-inform": f"mys-{stack}-coreinform-ag-glob",
    }
    for group in groups.values():
        receivers = [each["name"] for each in group.inputs["emailReceivers"]]
        assert receivers == ["technical-lead", *(["business-lead"] if stack == "prod" else [])]
        assert len(group.inputs["groupShortName"]) <= 12
        assert "webhookReceivers" not in group.inputs
    assert composed[stack].outputs["action_groups"] == {
        "page": f"/action-group/mys-{stack}-corepage-ag-glob",
        "notify": f"/action-group/mys-{stack}-core-ag-glob",
        "inform": f"/action-group/mys-{stack}-coreinform-ag-glob",
    }


@pytest.mark.requirement("S3-032")
def test_shared_has_one_action_group_for_every_severity(composed: Mapping[str, Composition]) -> None:
    group = one(composed["shared"], "action-group")
    assert (group.name, group.inputs["actionGroupName"]) == ("shared", "mys-shared-acr-ag-glob")
    assert [each["name"] for each in group.inputs["emailReceivers"]] == ["technical-lead"]
    site = composed["shared"].site
    assert site is not None
    assert len({id(site.resources[action_group(severity)]) for severity in range(5)}) == 1


def test_every_severity_has_one_group() -> None:
    assert [action_group(severity) for severity in range(5)] == [
        "action-group/page",
        "action-group/page",
        "action-group/notify",
        "action-group/inform",
        "action-group/inform",
    ]
    with pytest.raises(KeyError, match="no severity 5"):
        action_group(5)


def groups_of(plan: StackPlan) -> dict[str, ActionGroupSpec]:
    return {route: each.spec for each in plan.of(LOGS).notifications for route in each.routes}


def test_a_person_makes_what_answers_at_a_webhook(folder: Path) -> None:
    """A flow is made by hand; without a webhook there is nothing to do."""
    steps = {each.key: each for each in edited_plan(folder, "dev", {"alerts.webhooks": {"teams": ["page"]}}).steps}
    assert "teams" in steps["alert-flows"].do
    assert steps["alert-flows"].check == "mystira alerts test dev"
    assert "alert-flows" not in {each.key for each in plan("dev").steps}


def test_a_route_writes_to_whom_it_names_and_posts_to_its_webhooks(folder: Path) -> None:
    changes = {"alerts.routes.page": ["business-lead"], "alerts.webhooks": {"teams": ["page", "inform"]}}
    found = groups_of(edited_plan(folder, "prod", changes))
    assert {route: [each.name for each in spec.receivers] for route, spec in found.items()} == {
        "page": ["business-lead"],
        "notify": ["technical-lead", "business-lead"],
        "inform": ["technical-lead", "business-lead"],
    }
    assert {route for route, spec in found.items() if spec.webhooks == (WebhookSpec("teams"),)} == {"page", "inform"}


@pytest.mark.parametrize(
    ("path", "value", "where", "what"),
    [
        ("routes.page", ["nobody"], "alerts.routes.page.0", "no such receiver"),
        ("routes.page", [], "alerts.routes.page", "not allowed"),
        ("routes.pages", ["technical-lead"], "alerts.routes.pages", ""),
        ("webhooks", {"teams": ["pager"]}, "alerts.webhooks.teams.0", ""),
        ("webhooks", {"teams": []}, "alerts.webhooks.teams", "not allowed"),
        ("webhooks", {"technical-lead": ["page"]}, "alerts.webhooks.technical-lead", "a receiver"),
    ],
)
def test_a_route_to_nobody_is_refused(folder: Path, path: str, value: object, where: str, what: str) -> None:
    problem = one_problem(folder, "dev", {f"alerts.{path}": value})
    assert problem.path == f"Pulumi.dev.yaml: mystira:{where}"
    assert what in problem.what


@pytest.mark.parametrize("stack", ["shared", "dev"])
def test_receivers_have_names_of_their_own(folder: Path, stack: str) -> None:
    twice = [{"name": "lead", "email": f"{each}@mystira.example"} for each in ("a", "b")]
    assert one_problem(folder, stack, {"monitoring.receivers": twice}).path.endswith("monitoring.receivers.1.name")
