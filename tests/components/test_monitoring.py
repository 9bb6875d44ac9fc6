"""Logs, telemetry and notification, made from their specs alone."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components.monitoring.notification import Notification
from components.monitoring.spec import ActionGroupSpec, ReceiverSpec, TelemetrySpec, WebhookSpec, WorkspaceSpec
from components.monitoring.telemetry import Telemetry
from components.monitoring.workspace import Workspace
from components.surroundings.locks import Locks
from tests.harness.build import PLACE, WORKSPACE_ID
from tests.harness.compose import compose

WORKSPACE = "azure-native:operationalinsights:Workspace"


@pytest.mark.parametrize(("cap", "capping"), [(None, None), (5.0, {"dailyQuotaGb": 5})])
def test_a_workspace_takes_no_keys_and_stops_at_its_cap(cap: float | None, capping: dict[str, int] | None) -> None:
    spec = WorkspaceSpec("mys-dev-core-log-san", 30, cap)
    found = compose(lambda: {"id": Workspace("core", spec, PLACE, Locks(wanted=False)).id})
    (workspace,) = found.of(WORKSPACE)
    assert workspace.inputs["retentionInDays"] == 30
    assert workspace.inputs["features"]["disableLocalAuth"] is True
    assert workspace.inputs.get("workspaceCapping") == capping


def test_a_workspace_records_who_asks_it_what() -> None:
    spec = WorkspaceSpec("mys-dev-core-log-san", 30, None)
    found = compose(lambda: {"id": Workspace("core", spec, PLACE, Locks(wanted=False)).id})
    (setting,) = found.of("azure-native:monitor:DiagnosticSetting")
    assert setting.inputs["resourceUri"] == setting.inputs["workspaceId"] == found.outputs["id"]


def test_a_workspace_holds_data_and_is_locked() -> None:
    locks = Locks(wanted=True)

    def program() -> None:
        Workspace("core", WorkspaceSpec("mys-dev-core-log-san", 30, None), PLACE, locks)
        locks.put([])

    (lock,) = compose(program).of("azure-native:authorization:ManagementLockByScope")
    assert lock.inputs["scope"] == "/log-analytics-workspace/mys-dev-core-log-san"


@pytest.mark.parametrize("local_auth", [True, False])
def test_telemetry_goes_to_the_workspace_with_a_key_only_where_keys_are_allowed(local_auth: bool) -> None:
    spec = TelemetrySpec("mys-dev-app-ai-san", local_auth)

    def program() -> dict[str, Any]:
        return {"secret": Telemetry("app", spec, PLACE, workspace_id=WORKSPACE_ID).connection_string.is_secret()}

    found = compose(program)
    (component,) = found.of("azure-native:applicationinsights:Component")
    assert component.inputs["disableLocalAuth"] is not local_auth
    assert component.inputs["workspaceResourceId"] == WORKSPACE_ID
    assert component.secret_outputs == ("connectionString", "instrumentationKey")
    assert found.outputs["secret"] is True


def test_an_action_group_mails_everybody_in_the_common_schema() -> None:
    receivers = (ReceiverSpec("one", "one@mystira.example"), ReceiverSpec("two", "two@mystira.example"))
    spec = ActionGroupSpec("mys-dev-core-ag-glob", "MysDev", receivers)
    (group,) = compose(lambda: {"id": Notification("core", spec, PLACE).id}).of("azure-native:monitor:ActionGroup")
    assert (group.inputs["location"], group.inputs["groupShortName"]) == ("global", "MysDev")
    assert group.inputs["emailReceivers"] == [
        {"name": each.name, "emailAddress": each.email, "useCommonAlertSchema": True} for each in receivers
    ]


def test_an_action_group_posts_to_webhooks_in_the_common_schema() -> None:
    spec = ActionGroupSpec("mys-dev-core-ag-glob", "MysDev", (), (WebhookSpec("teams"),))

    def program() -> None:
        secret = pulumi.Output.secret("https://teams.example/1")
        Notification("core", spec, PLACE, addresses={"teams": secret, "other": "https://other.example/2"})

    (group,) = compose(program).of("azure-native:monitor:ActionGroup")
    assert group.inputs["webhookReceivers"] == [
        {"name": "teams", "serviceUri": "https://teams.example/1", "useCommonAlertSchema": True}
    ]
