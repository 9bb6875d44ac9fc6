"""A web app on App Service by its spec, and the table of SKUs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pulumi
import pytest
from pulumi_azure_native import resources

from components.app_hosting.facts import SKUS, tier_name
from components.app_hosting.spec import ScalingSpec, SlotSpec, WebAppSpec
from components.app_hosting.web_app import Environment, WebApp
from tests.harness.build import PLACE, SUBNET_ID, WORKSPACE_ID, every, one, parents, private_path, surroundings
from tests.harness.compose import Composition, compose

NAME = "mys-dev-app-api-san"
IDENTITY_ID = "/user-assigned-identity/mys-dev-app-id-san"
OUTBOUND_ID = "/subnet/app-service"
ZONE = "privatelink.azurewebsites.net"
PLAN_ID = "/app-service-plan/mys-dev-app-asp-san"
SPEC = WebAppSpec(
    name=NAME,
    plan="mys-dev-app-asp-san",
    sku="P1v3",
    instances=2,
    zone_redundant=True,
    runtime="DOTNETCORE|10.0",
    health_path="/health",
    scaling=ScalingSpec(name="mys-dev-app-scale-san", minimum=2, maximum=5),
    slot=SlotSpec(name="staging", private_endpoint="mys-dev-appslot-pe-san"),
    sticky=("ASPNETCORE_ENVIRONMENT",),
    private_endpoint="mys-dev-app-pe-san",
)
DEFAULTS = {"hyperV": False, "isXenon": False, "scmSiteAlsoStopped": False}
CONFIG_DEFAULTS = {"localMySqlEnabled": False, "netFrameworkVersion": "v4.6"}
"""What the SDK sends of a site, and of its configuration, where the program does not mention it."""
ALONE = replace(SPEC, scaling=None, slot=None)
"""A site that neither scales nor has a slot."""


def built(spec: WebAppSpec = SPEC) -> Composition:
    """The site alone; a resource group stands for the secrets that its variables refer to."""

    def program() -> dict[str, Any]:
        secrets = resources.ResourceGroup("secrets", resource_group_name="secrets")
        slot = spec.slot and private_path(spec.slot.private_endpoint, f"sites-{spec.slot.name}", ZONE)
        site = WebApp(
            "app",
            spec,
            PLACE,
            surroundings(),
            identity_id=IDENTITY_ID,
            subnet_id=OUTBOUND_ID,
            environment=Environment({"PHASE": "blue"}, {"PHASE": "green"}, after=[secrets]),
            private=private_path(spec.private_endpoint, "sites", ZONE),
            slot_private=slot,
        )
        return {"id": site.id, "host": site.host, "slot_host": site.slot_host or pulumi.Output.from_input("")}

    return compose(program)


def test_the_plan_takes_its_spec_and_its_place() -> None:
    assert one(built(), "app-service-plan").inputs == {
        "name": SPEC.plan,
        "resourceGroupName": PLACE.resource_group,
        "location": PLACE.location,
        "kind": "linux",
        "reserved": True,
        "sku": {"name": "P1v3", "capacity": 2},
        "zoneRedundant": True,
        "tags": PLACE.tags,
    }


def test_the_site_is_closed_and_runs_as_its_identity() -> None:
    site = dict(one(built(), "web-app").inputs)
    config = site.pop("siteConfig")
    assert site == {
        "name": NAME,
        "resourceGroupName": PLACE.resource_group,
        "location": PLACE.location,
        "kind": "app,linux",
        "reserved": True,
        "serverFarmId": PLAN_ID,
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [IDENTITY_ID]},
        "keyVaultReferenceIdentity": IDENTITY_ID,
        "httpsOnly": True,
        "clientAffinityEnabled": True,
        "publicNetworkAccess": "Disabled",
        "virtualNetworkSubnetId": OUTBOUND_ID,
        "outboundVnetRouting": {"allTraffic": True},
        "tags": PLACE.tags,
        **DEFAULTS,
    }
    assert config == {
        "linuxFxVersion": "DOTNETCORE|10.0",
        "alwaysOn": True,
        "healthCheckPath": "/health",
        "http20Enabled": True,
        "http20ProxyFlag": 2,
        "webSocketsEnabled": True,
        "minTlsVersion": "1.2",
        "scmMinTlsVersion": "1.2",
        "ftpsState": "Disabled",
        **CONFIG_DEFAULTS,
    }


def test_the_slot_is_configured_as_its_site() -> None:
    """Azure refuses a slot of another kind, and a swap would carry any other difference into production."""
    found = built()
    assert one(found, "web-app-slot").inputs == {**one(found, "web-app").inputs, "slot": "staging"}


@pytest.mark.parametrize("path", ["scm", "ftp"])
@pytest.mark.parametrize(("owner", "slot"), [("web-app", {}), ("web-app-slot", {"slot": "staging"})])
def test_nobody_publishes_with_a_password(owner: str, slot: dict[str, str], path: str) -> None:
    assert one(built(), f"{owner}-{path}-allowed").inputs == {
        "name": NAME,
        "resourceGroupName": PLACE.resource_group,
        "allow": False,
        **slot,
    }


def test_site_and_slot_have_variables_of_their_own() -> None:
    found = built()
    assert one(found, "web-app-settings").inputs["properties"] == {"PHASE": "blue"}
    assert one(found, "web-app-slot-settings").inputs["properties"] == {"PHASE": "green"}
    assert one(found, "web-app-slot-settings").inputs["slot"] == "staging"
    for kind in ("web-app", "web-app-slot"):
        assert not {"appSettings", "connectionStrings"} & set(one(found, kind).inputs["siteConfig"])


@pytest.mark.parametrize("kind", ["web-app-settings", "web-app-slot-settings"])
def test_variables_wait_for_the_secrets_they_refer_to(kind: str) -> None:
    assert "secrets" in one(built(), kind).dependencies


def test_sticky_variables_stay_with_their_slot() -> None:
    assert one(built(), "web-app-sticky-names").inputs["appSettingNames"] == ["ASPNETCORE_ENVIRONMENT"]


def test_the_plan_scales_between_its_bounds_and_starts_with_the_fewest() -> None:
    setting = one(built(), "autoscale-setting").inputs
    assert (setting["enabled"], setting["targetResourceUri"]) == (True, PLAN_ID)
    (profile,) = setting["profiles"]
    assert profile["capacity"] == {"minimum": "2", "maximum": "5", "default": "2"}


def test_a_busy_plan_grows_by_one_and_an_idle_one_shrinks_by_one() -> None:
    (profile,) = one(built(), "autoscale-setting").inputs["profiles"]
    found = [(rule["metricTrigger"], rule["scaleAction"]) for rule in profile["rules"]]
    assert [(trigger["operator"], trigger["threshold"], action["direction"]) for trigger, action in found] == [
        ("GreaterThan", 70, "Increase"),
        ("LessThan", 30, "Decrease"),
    ]
    assert {(trigger["metricName"], trigger["metricResourceUri"]) for trigger, _ in found} == {
        ("CpuPercentage", PLAN_ID)
    }
    assert {(action["type"], action["value"]) for _, action in found} == {("ChangeCount", "1")}


def test_without_rules_and_slot_only_the_site_is_there() -> None:
    found = built(ALONE)
    assert every(found, "autoscale-setting") == []
    assert parents(found) == {
        ("resource-group", "secrets"): "Stack",
        ("app-service-plan", "app"): "WebApp",
        ("web-app", "app"): "WebApp",
        ("web-app-scm-allowed", "app"): "web-app",
        ("web-app-ftp-allowed", "app"): "web-app",
        ("web-app-sticky-names", "app"): "web-app",
        ("web-app-settings", "app"): "web-app",
        ("diagnostic-setting", "web-app-app"): "WebApp",
        ("private-endpoint", "web-app-app"): "WebApp",
        ("private-dns-zone-group", "web-app-app"): "private-endpoint",
    }
    assert found.outputs["slot_host"] == ""


def test_what_belongs_to_the_slot_is_below_it() -> None:
    found = parents(built())
    assert {key: parent for key, parent in found.items() if key not in parents(built(ALONE))} == {
        ("autoscale-setting", "app"): "WebApp",
        ("diagnostic-setting", "autoscale-setting-app"): "WebApp",
        ("web-app-slot", "app"): "web-app",
        ("web-app-slot-scm-allowed", "app"): "web-app-slot",
        ("web-app-slot-ftp-allowed", "app"): "web-app-slot",
        ("web-app-slot-settings", "app"): "web-app-slot",
        ("diagnostic-setting", "web-app-slot-app"): "WebApp",
        ("private-endpoint", "web-app-slot-app"): "WebApp",
        ("private-dns-zone-group", "web-app-slot-app"): "private-endpoint",
    }


def test_private_endpoints_lead_to_the_site_and_by_its_group_to_the_slot() -> None:
    """Both have the site for target, and that of the slot comes once the slot exists."""
    found = built()
    endpoints = {each.name: each for each in every(found, "private-endpoint")}
    links = {name: each.inputs["privateLinkServiceConnections"] for name, each in endpoints.items()}
    assert {name: (link["privateLinkServiceId"], link["groupIds"]) for name, (link,) in links.items()} == {
        "web-app-app": (f"/web-app/{NAME}", ["sites"]),
        "web-app-slot-app": (f"/web-app/{NAME}", ["sites-staging"]),
    }
    assert {each.inputs["subnet"]["id"] for each in endpoints.values()} == {SUBNET_ID}
    before = found.resources.index(one(found, "web-app-slot"))
    assert before < found.resources.index(endpoints["web-app-slot-app"])


def test_site_slot_and_rules_send_their_logs_to_the_workspace() -> None:
    settings = every(built(), "diagnostic-setting")
    assert {each.name for each in settings} == {"web-app-app", "web-app-slot-app", "autoscale-setting-app"}
    assert {each.inputs["workspaceId"] for each in settings} == {WORKSPACE_ID}


def test_both_hosts_are_known_to_the_program() -> None:
    outputs = built().outputs
    assert outputs["id"] == f"/web-app/{NAME}"
    assert outputs["host"].endswith(".azurewebsites.net")
    assert outputs["slot_host"].endswith(".azurewebsites.net")


def test_every_sku_has_the_tier_that_azure_names() -> None:
    names = {sku: tier_name(sku) for sku in ("B1", "S2", "P1v2", "P0v3", "P1v3", "P1mv3", "P0v4", "P5mv4")}
    assert names == {
        "B1": "Basic",
        "S2": "Standard",
        "P1v2": "PremiumV2",
        "P0v3": "Premium0V3",
        "P1v3": "PremiumV3",
        "P1mv3": "PremiumMV3",
        "P0v4": "Premium0V4",
        "P5mv4": "PremiumMV4",
    }
    assert set(names) <= set(SKUS)


def test_only_premium_spreads_over_zones_and_basic_has_neither_slots_nor_rules() -> None:
    assert {sku[0] for sku, tier in SKUS.items() if tier.zones} == {"P"}
    assert {sku[0] for sku, tier in SKUS.items() if not tier.autoscale} == {"B"}
    assert {sku[0] for sku, tier in SKUS.items() if not tier.slots} == {"B"}
