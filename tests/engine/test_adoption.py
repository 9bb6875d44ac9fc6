"""The estate already exists: without `adopt` nothing happens, with it nothing is replaced or created twice."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.guard.adoption import adoption_key
from mystira.live_azure import from_azure
from mystira.preflight.offline_cloud import offline_arm
from offline.azure.provider import AzureProvider
from offline.clock import TODAY
from offline.engine.home import PROJECT
from offline.engine.run import Engine
from offline.schema.check import Schema
from offline.schema.kept import schema_file
from offline.world.store import World
from stacks.adopt.adoption import adoption, stacks_of
from stacks.adopt.files import source_in
from stacks.build.recording import recording_of
from stacks.plan.load import context_from_file, plan_of
from tests.engine.conftest import Command, azure_resources

UP = ("shared",)
PLAN = plan_of("dev", PROJECT, TODAY)
SUBSCRIPTION = PLAN.subscription_id
REGION = "southafricanorth"
TAGS = {"Environment": "dev", "Project": "Mystira", "ManagedBy": "terraform"}
SUBNETS = {
    "chain-subnet": "10.0.1.0/24",
    "publisher-subnet": "10.0.2.0/24",
    "postgresql-subnet": "10.0.3.0/24",
    "redis-subnet": "10.0.4.0/24",
    "story-generator-subnet": "10.0.5.0/24",
    "admin-api-subnet": "10.0.6.0/24",
    "aks-subnet": "10.0.8.0/22",
}
"""Facts of the estate: estate-core 1, 2.1, 3, 4.10, 5.1."""
NEW_GROUPS = tuple(
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}/"
    for name in ("mys-dev-frontdoor-rg-glob", "mys-dev-ingress-rg-san")
)
"""What the estate of dev does not have: the groups of Front Door and of the gateway's private link."""


METRICS_PUBLISHER = "3913510d-42f4-4e42-8a64-420c390055eb"
OPERATIONS = {"create", "import", "read", "same", "update"}
"""What a preview may do: nothing is replaced, and nothing is deleted."""
POOLS = ["chain", "default", "services", "system"]
"""The pool that dev has, and those of the settings beside it."""


def estate(engine: Engine) -> list[dict[str, str]]:
    """Make what Terraform made in dev, as far as the plan has it today; return what its state has of each."""
    azure = AzureProvider(World(engine.home.cloud), Schema(schema_file(engine.home.schemas)), "3.29.0")
    azure.configure({"subscriptionId": SUBSCRIPTION, "tenantId": PLAN.tenant_id})
    made: list[dict[str, str]] = []

    def make(token: str, group: str, location: str = REGION, **inputs: Any) -> str:
        properties = {"resourceGroupName": f"mys-dev-{group}-rg-san", "location": location, "tags": TAGS, **inputs}
        created = azure.create("urn", f"azure-native:{token}", properties, preview=False, timeout=0)
        principal = created.properties.get("principalId")
        made.append({"id": created.id, **({"principal_id": principal} if principal else {})})
        return created.id

    def grant(scope: str, role: str, principal: str) -> None:
        """A role under a name that Terraform drew."""
        name = "00000000-0000-4000-8000-00000000d001"
        definition = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        properties = {
            "roleAssignmentName": name,
            "scope": scope.lstrip("/"),
            "roleDefinitionId": definition,
            "principalId": principal,
            "principalType": "ServicePrincipal",
        }
        token = "azure-native:authorization:RoleAssignment"
        id = azure.create("urn", token, properties, preview=False, timeout=0).id
        made.append({"id": id, "scope": scope, "role_definition_id": definition, "principal_id": principal})

    for group in ("core", "chain", "publisher", "story", "admin", "app"):
        make("resources:ResourceGroup", group)
    delegation = [{"name": "fs", "serviceName": "Microsoft.DBforPostgreSQL/flexibleServers"}]
    network = make(
        "network:VirtualNetwork",
        "core",
        virtualNetworkName="mys-dev-core-vnet-san",
        addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
        subnets=[
            {"name": name, "addressPrefix": cidr, **({"delegations": delegation} if "postgresql" in name else {})}
            for name, cidr in SUBNETS.items()
        ],
    )
    workspace = make(
        "operationalinsights:Workspace",
        "core",
        workspaceName="mys-dev-core-log",
        sku={"name": "PerGB2018"},
        retentionInDays=30,
    )
    make(
        "monitor:ActionGroup",
        "core",
        "global",
        actionGroupName="mys-dev-core-alerts",
        enabled=True,
        groupShortName="MysAlerts",
    )
    for group, insights, kind in (
        ("chain", "mys-dev-chain-ai-san", "other"),
        ("publisher", "mys-dev-publisher-ai-san", "Node.JS"),
        ("story", "mys-dev-story-ai-san", "other"),
        ("admin", "mys-dev-admin-api-ai-san", "web"),
    ):
        telemetry = make(
            "applicationinsights:Component",
            group,
            resourceName=insights,
            kind=kind,
            applicationType="other" if kind != "web" else "web",
            workspaceResourceId=workspace,
        )
    for group, identity in (
        ("chain", "mys-dev-chain-identity-san"),
        ("publisher", "mys-dev-publisher-identity"),
        ("story", "mys-dev-story-identity-san"),
        ("admin", "mys-dev-admin-api-identity-san"),
    ):
        make("managedidentity:UserAssignedIdentity", group, resourceName=identity)
    # The last of each is that of admin-api.
    grant(telemetry, METRICS_PUBLISHER, made[-1]["principal_id"])
    make(
        "containerservice:ManagedCluster",
        "core",
        resourceName="mys-dev-core-aks-san",
        kubernetesVersion="1.36",
        dnsPrefix="mys-dev-core",
        nodeResourceGroup="MC_mys-dev-core-rg-san_mys-dev-core-aks-san_southafricanorth",
        identity={"type": "SystemAssigned"},
        agentPoolProfiles=[
            {
                "name": "default",
                "mode": "System",
                "vmSize": "Standard_B2s",
                "count": 2,
                "vnetSubnetID": f"{network}/subnets/aks-subnet",
            }
        ],
        networkProfile={
            "networkPlugin": "azure",
            "networkPolicy": "calico",
            "serviceCidr": "172.16.0.0/16",
            "dnsServiceIP": "172.16.0.10",
        },
    )
    return made


def previewed(engine: Engine, file: Path) -> dict[str, set[str]]:
    """What a preview of dev would do, by type and logical name."""
    done = engine.capture(["preview", "--stack", "dev", "--event-log", str(file), "--non-interactive"])
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, set[str]] = {}
    for line in file.read_text().splitlines():
        event = json.loads(line).get("resourcePreEvent")
        if event and (key := adoption_key(event["metadata"]["type"], event["metadata"]["urn"].rpartition("::")[2])):
            found.setdefault(key, set()).add(event["metadata"]["op"])
    return found


def is_new(id: str) -> bool:
    """Whether the estate of dev does not have it: groups with what is in them, and what watches the subscription,
    which is in none."""
    return f"{id}/".startswith(NEW_GROUPS) or "/resourcegroups/" not in id.lower()


def at_azure(world: World) -> list[str]:
    return [each.id for each in world.all() if each.id.startswith("/subscriptions/")]


def settings_of(engine: Engine) -> Path:
    return engine.home.shadows / "mystira" / "stacks" / "Pulumi.dev.yaml"


def copied(folder: Path) -> list[Path]:
    """Copies of the committed settings."""
    return [Path(shutil.copy2(file, folder)) for file in PROJECT.glob("Pulumi.*.yaml")]


def without_instance(file: Path) -> None:
    content = yaml.safe_load(file.read_text())
    content["config"].get("mystira:naming", {}).pop("instance", None)
    file.write_text(yaml.safe_dump(content, sort_keys=False))


def test_the_estate_is_taken_over(engine: Engine, command: Command, tmp_path: Path) -> None:
    # The names of the estate carry no instance.
    for settings in (settings_of(engine), *copied(tmp_path)):
        without_instance(settings)
    made = estate(engine)
    ids = [each["id"] for each in made]
    world = World(engine.home.cloud)
    before = [id for id in at_azure(world) if not is_new(id)]

    refused = command("offline", "up", "-s", "dev", "--yes", "--skip-preview")
    assert refused.returncode != 0
    assert "cannot create already existing resource" in refused.stdout
    assert "if it is older, adopt it with an entry of mystira:adopt" in refused.stdout
    # What is in the tenant has nothing to do with what is in the way at Azure, nor has what is new.
    # How many of them there are when the first error ends the run is not said.
    assert [id for id in at_azure(world) if not is_new(id)] == before

    live = tmp_path / "live.tfstate"
    state = [{"mode": "managed", "instances": [{"attributes": each}]} for each in made]
    live.write_text(json.dumps({"version": 4, "resources": state}))
    plan, context = plan_of("dev", tmp_path, TODAY), context_from_file("dev", tmp_path, TODAY)
    planned, stacks = recording_of(plan).everything, stacks_of(context, {"dev": SUBSCRIPTION})
    adopted = adoption(context, planned, source_in(live), stacks).entries
    assert set(adopted.values()) == set(ids)
    # Azure itself says the same, and the ranges of the subnets besides. What is new was made by the run that stopped.
    asked = adoption(
        context, planned, from_azure(plan, stacks, offline_arm(world, plan.tenant_id, SUBSCRIPTION)), stacks
    )
    assert {key: id for key, id in asked.entries.items() if not is_new(id)} == adopted
    assert asked.subnet_names == {
        "aks-nodes": "aks-subnet",
        "postgresql": "postgresql-subnet",
        "private-endpoints": "redis-subnet",
    }
    # The cluster's pool keeps its machines, and has another name than those of the settings, which are all made.
    assert {line.setting: list(line.value) for line in asked.lines} == {"aks.live_pools": ["default"]}
    assert asked.open == ()

    content = yaml.safe_load(settings_of(engine).read_text())
    content["config"]["mystira:adopt"] = dict(adopted)
    content["config"]["mystira:network"]["subnet_names"] = dict(asked.subnet_names)
    content["config"]["mystira:aks"]["live_pools"] = asked.lines[0].value
    settings_of(engine).write_text(yaml.safe_dump(content))
    # The principal of an identity that is updated is not known yet: its role is imported all the same.
    planned_changes = previewed(engine, tmp_path / "events.jsonl")
    assert {change for found in planned_changes.values() for change in found} <= OPERATIONS
    assert [key for key in adopted if "import" not in planned_changes[key]] == []
    assert planned_changes["user-assigned-identity/admin-api"] == {"import", "update"}
    assert planned_changes[next(key for key in adopted if key.startswith("role-assignment/"))] == {"import"}
    operations = world.seen()
    up = command("offline", "up", "-s", "dev", "--yes", "--skip-preview")
    assert up.returncode == 0, up.stdout + up.stderr

    done = world.operations()[operations:]
    assert [verb for verb, _, _, _ in done if verb == "delete"] == []
    assert {id for verb, _, id, _ in done if verb == "create"} & set(ids) == set()
    held = {str(each["id"]) for each in azure_resources(engine, "dev")}
    assert set(ids) <= held
    kinds = [str(each["type"]) for each in azure_resources(engine, "dev")]
    for token in ("network:VirtualNetwork", "operationalinsights:Workspace", "containerservice:ManagedCluster"):
        assert kinds.count(f"azure-native:{token}") == 1
    after = {each.id: each.body for each in world.all()}
    for id in (id for id in ids if "/roleAssignments/" not in id):
        assert after[id].get("tags", {}).get("ManagedBy") == "pulumi"
    cluster = next(body for id, body in after.items() if id.endswith("managedClusters/mys-dev-core-aks-san"))
    assert cluster["nodeResourceGroup"].startswith("MC_")
    assert sorted(each["name"] for each in cluster["agentPoolProfiles"]) == POOLS
    again = command("offline", "up", "-s", "dev", "--yes", "--skip-preview", "--expect-no-changes")
    assert again.returncode == 0, again.stdout + again.stderr
    drift = command("make", "drift", "dev")
    assert (drift.returncode, drift.stdout.strip()) == (0, "dev: no drift")


@pytest.mark.parametrize("key", ["virtual-network/moon"])
def test_an_entry_that_nothing_answers_to_is_one_error(engine: Engine, command: Command, key: str) -> None:
    content = yaml.safe_load(settings_of(engine).read_text())
    content["config"].setdefault("mystira:adopt", {})[key] = (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/other"
    )
    settings_of(engine).write_text(yaml.safe_dump(content))
    done = command("offline", "preview", "-s", "dev")
    assert done.returncode != 0
    message = f"Pulumi.dev.yaml: mystira:adopt.{key}: no resource of this stack has this logical name"
    assert message in done.stdout + done.stderr
