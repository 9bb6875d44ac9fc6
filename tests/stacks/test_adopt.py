"""Taking over live resources: what matches, what does not and why, what is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from components.facts.resource_types import RESOURCE_TYPES
from components.problems import InvalidInput
from stacks.__main__ import app
from stacks.adopt import live_ids, matches
from stacks.adopt.match import purpose_of
from stacks.build.registrations import registrations_of
from stacks.plan import StackPlan

SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups"
CORE = f"{SUBSCRIPTION}/mys-dev-core-rg-san/providers"
ADMIN = f"{SUBSCRIPTION}/mys-dev-admin-rg-san/providers"

LIVE = {
    f"{SUBSCRIPTION}/mys-dev-core-rg-san": "resource-group/core",
    f"{CORE}/Microsoft.Network/virtualNetworks/mys-dev-core-vnet-san": "virtual-network/core",
    f"{CORE}/Microsoft.OperationalInsights/workspaces/mys-dev-core-log": "log-analytics-workspace/core",
    f"{ADMIN}/Microsoft.Insights/components/mys-dev-admin-api-ai-san": "application-insights/admin-api",
    f"{ADMIN}/Microsoft.ManagedIdentity/userAssignedIdentities/mys-dev-admin-api-identity-san": (
        "user-assigned-identity/admin-api"
    ),
    f"{CORE}/microsoft.insights/actionGroups/mys-dev-core-alerts": "action-group/core",
    f"{CORE}/Microsoft.ContainerService/managedClusters/mys-dev-core-aks-san": "kubernetes-cluster/core",
    f"{CORE}/Microsoft.DocumentDB/databaseAccounts/mys-dev-core-cosmos-san": "cosmos-account/core",
    f"{CORE}/Microsoft.Storage/storageAccounts/mysdevcorestsan": "storage-account/core",
}
STRANGE = {
    f"{CORE}/Microsoft.Insights/components/mys-dev-core-ai": "none of the plan is for core",
    f"{CORE}/Microsoft.Cache/redis/mys-dev-core-cache": "its type is not one that this program makes",
    f"{ADMIN}/Microsoft.Network/networkSecurityGroups/mys-dev-admin-api-nsg-san": "none of the plan is for admin-api",
    f"{CORE}/Microsoft.Search/searchServices/mys-dev-core-search-san": "the plan has no search-service",
}


def test_live_resources_are_matched_by_id_and_by_convention(plans: dict[str, StackPlan]) -> None:
    registered = registrations_of(plans["dev"])
    found = {match.id: match for match in matches([*LIVE, *STRANGE], registered)}
    assert {id: match.key for id, match in found.items() if match.key} == LIVE
    for id, reason in STRANGE.items():
        assert reason in found[id].reason


def test_a_resource_is_matched_once(plans: dict[str, StackPlan]) -> None:
    again = f"{CORE}/Microsoft.OperationalInsights/workspaces/mys-dev-core-log-eus"
    first, second = matches(
        [f"{CORE}/Microsoft.OperationalInsights/workspaces/mys-dev-core-log", again], registrations_of(plans["dev"])
    )
    assert (first.key, second.key) == ("log-analytics-workspace/core", "")
    assert "not matched already" in second.reason


@pytest.mark.parametrize(
    ("kind", "name", "purpose"),
    [
        ("virtual-network", "mys-dev-core-vnet-san", "core"),
        ("log-analytics-workspace", "mys-dev-core-log", "core"),
        ("storage-account", "mysdevchainstgsan", "chain"),
        ("storage-account", "mysprodcorestsan", "core"),
        ("static-site", "mys-dev-admin-ui-swa-eus2", "admin-ui"),
        ("postgresql-server", "mys-staging-core-db", "core"),
        ("agent-pool", "system", "system"),
        ("container-registry", "strange", "strange"),
    ],
)
def test_what_a_name_is_for(kind: str, name: str, purpose: str) -> None:
    assert purpose_of(RESOURCE_TYPES[kind], name) == purpose


def state(*ids: str) -> str:
    resources = [{"mode": "managed", "instances": [{"attributes": {"id": id}}]} for id in ids]
    resources.append({"mode": "data", "instances": [{"attributes": {"id": f"{CORE}/Microsoft.X/y/z"}}]})
    return json.dumps({"version": 4, "resources": resources})


def test_ids_come_from_a_state_file_or_a_list(tmp_path: Path) -> None:
    file = tmp_path / "terraform.tfstate"
    file.write_text(state(*LIVE, "not-an-azure-id"))
    assert live_ids(file) == list(LIVE)
    file.write_text("\n".join([*LIVE, "# a comment", "", next(iter(LIVE))]))
    assert live_ids(file) == list(LIVE)


@pytest.mark.parametrize(
    ("text", "what"),
    [("{", "not JSON"), ('{"version": 3}', "not a state file that is known"), ("nothing", "holds no id")],
)
def test_a_file_without_ids_is_one_problem(tmp_path: Path, text: str, what: str) -> None:
    file = tmp_path / "x"
    file.write_text(text)
    with pytest.raises(InvalidInput, match=what):
        live_ids(file)
    with pytest.raises(InvalidInput, match="cannot be read"):
        live_ids(tmp_path / "nowhere")


def test_the_command_writes_entries_and_leaves_the_rest_as_it_was(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "terraform.tfstate"
    source.write_text(state(*LIVE, *STRANGE))
    file = folder / "Pulumi.dev.yaml"
    before = file.read_text()
    command = ["adopt", "dev", "--from", str(source), "--folder", str(folder)]
    assert "nothing written" in CliRunner().invoke(app, [*command, "--dry-run"]).output
    assert file.read_text() == before
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert f"{len(LIVE)} of {len(LIVE) + len(STRANGE)} matched, {len(LIVE)} new" in done.output
    assert yaml.safe_load(file.read_text())["config"]["mystira:adopt"] == {key: id for id, key in LIVE.items()}
    assert "# Fictitious" in file.read_text()
    assert "0 new" in CliRunner().invoke(app, command).output
    assert CliRunner().invoke(app, ["adopt", "dev", "--from", str(tmp_path / "nowhere")]).exit_code == 1
