"""App Service: one closed site for each service that runs there, its variables, its slot, what Azure refuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from components.facts.model import AUTOSCALE
from stacks.parts.all import ENVIRONMENT_PARTS
from stacks.parts.app_hosting.plan import APP_HOSTING
from stacks.parts.secrets.plan import SECRETS
from stacks.parts.workloads.plan import WORKLOADS
from stacks.plan.model import StackPlan
from tests.harness.build import compose_up_to, every, one
from tests.harness.compose import Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, edited_plan, every_environment, migrate, one_problem, plan, problems

POD = {"host": "aks", "replicas": {"minimum": 2, "maximum": 4}, "image_digest": "sha256:" + "a" * 64}
ON_AKS = {"services.app": POD, "waivers.hosting-slot": GONE, "waivers.hosting-zones": GONE}
KINDS = (
    "app-service-plan",
    "web-app",
    "web-app-settings",
    "web-app-sticky-names",
    "web-app-scm-allowed",
    "web-app-ftp-allowed",
    "web-app-slot",
    "web-app-slot-settings",
    "web-app-slot-scm-allowed",
    "web-app-slot-ftp-allowed",
    "autoscale-setting",
)


@every_environment
@pytest.mark.requirement("S1-029", "S3-202")
def test_a_site_is_closed_and_encrypted_and_goes_out_through_the_network(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    found = composed[stack]
    slots = [] if stack == "dev" else [one(found, "web-app-slot")]
    for site in (one(found, "web-app"), *slots):
        inputs = site.inputs
        assert (inputs["httpsOnly"], inputs["publicNetworkAccess"]) == (True, "Disabled")
        assert inputs["clientAffinityEnabled"] is True, "SignalR comes back to its instance"
        assert inputs["virtualNetworkSubnetId"].endswith("app-service")
        assert inputs["outboundVnetRouting"] == {"allTraffic": True}
        assert inputs["identity"]["type"] == "UserAssigned"
        assert len(inputs["identity"]["userAssignedIdentities"]) == 1
        assert inputs["keyVaultReferenceIdentity"] == inputs["identity"]["userAssignedIdentities"][0]
        config = dict(inputs["siteConfig"])
        # What the SDK puts there itself.
        assert {name: config.pop(name) for name in ("localMySqlEnabled", "netFrameworkVersion")}
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
        }, "no variables: what is in here would never be read again"
        assert (inputs["kind"], inputs["reserved"]) == ("app,linux", True)
    allowed = [every(found, f"web-app-{kind}") for kind in ("scm-allowed", "ftp-allowed")]
    twins = [every(found, f"web-app-slot-{kind}") for kind in ("scm-allowed", "ftp-allowed")]
    assert [each.inputs["allow"] for group in allowed for each in group] == [False, False]
    assert [each.inputs["allow"] for group in twins for each in group] == [False, False] * len(slots)


@every_environment
@pytest.mark.requirement("S1-019", "S1-029")
def test_grpc_comes_to_a_port_of_its_own_over_http_2(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed[stack]
    settings = [one(found, "web-app-settings"), *every(found, "web-app-slot-settings")]
    assert {each.inputs["properties"]["HTTP20_ONLY_PORT"] for each in settings} == {"8585"}
    sites = [one(found, "web-app"), *every(found, "web-app-slot")]
    assert {each.inputs["siteConfig"]["http20ProxyFlag"] for each in sites} == {2}, "2: HTTP/2 for gRPC alone"


@every_environment
@pytest.mark.requirement("S1-055")
def test_every_private_endpoint_is_at_the_site(stack: str, composed: Mapping[str, Composition]) -> None:
    """That of the slot too: Azure refuses the id of a slot."""
    site = one(composed[stack], "web-app")
    found = [each for each in every(composed[stack], "private-endpoint") if "web-app" in each.name]
    links = {link["groupIds"][0]: link for each in found for link in each.inputs["privateLinkServiceConnections"]}
    assert set(links) == ({"sites"} if stack == "dev" else {"sites", "sites-staging"})
    assert {link["privateLinkServiceId"].partition("/slots/")[0] for link in links.values()} == {
        link["privateLinkServiceId"] for link in links.values()
    }
    assert len({link["privateLinkServiceId"] for link in links.values()}) == 1
    assert all(site.name in each.name for each in found)


def test_variables_are_written_after_the_secrets_and_the_role_that_reads_them(
    composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    """Azure looks a reference up once when it is written, and then once a day."""
    parts = [part.key for part in ENVIRONMENT_PARTS]
    assert parts.index("app_hosting") > parts.index("secrets")
    wanted = {f"app-{each.name}" for each in plans["prod"].of(SECRETS) if each.service == "app"}
    for kind in ("web-app-settings", "web-app-slot-settings"):
        after = set(one(composed["prod"], kind).dependencies)
        assert {"app-key-vault-secrets-user-vault-app"} <= after
        assert wanted, "the service has secrets"
        assert {
            name for name in wanted if name in {each.name for each in every(composed["prod"], "key-vault-secret")}
        } <= (after)


@every_environment
@pytest.mark.requirement("S1-055", "S1-059")
def test_a_slot_differs_in_the_variables_that_stay_with_it(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed[stack]
    settings = one(found, "web-app-settings").inputs["properties"]
    assert settings["Deployment__Slot"] == "production"
    sticky = set(one(found, "web-app-sticky-names").inputs["appSettingNames"])
    assert sticky == {"DataMigration__Enabled", "Deployment__Slot"}
    assert len(every(found, "web-app-slot")) == (0 if stack == "dev" else 1)
    if stack != "dev":
        slot = one(found, "web-app-slot-settings").inputs["properties"]
        assert {name for name in settings if settings[name] != slot[name]} == {"Deployment__Slot"}
        assert set(slot) == set(settings)
        assert slot["Deployment__Slot"] == "staging"


@pytest.mark.requirement("S1-059")
def test_a_slot_never_writes_to_both_stores(folder: Path) -> None:
    """Which would write what production writes a second time."""
    migrate(folder, "DualWriteCosmosRead", "CosmosOnly")
    found = compose_up_to(APP_HOSTING, plan("staging", folder))
    here, there = (
        one(found, kind).inputs["properties"]["DataMigration__Enabled"]
        for kind in ("web-app-settings", "web-app-slot-settings")
    )
    assert (here, there) == ("true", "false")


@every_environment
def test_secrets_are_referred_to_without_a_version(stack: str, composed: Mapping[str, Composition]) -> None:
    settings = one(composed[stack], "web-app-settings").inputs["properties"]
    vault = f"https://mys-{stack}-app-kv-san.vault.azure.net/secrets/"
    references = {name: value for name, value in settings.items() if "KeyVault" in value}
    assert {
        value.removesuffix(")").removeprefix("@Microsoft.KeyVault(SecretUri=").rpartition("/")[0] + "/"
        for value in references.values()
    } == {vault}
    assert {"ConnectionStrings__Redis", "APPLICATIONINSIGHTS_CONNECTION_STRING"} <= set(references)


@every_environment
def test_rules_own_the_number_of_instances_where_they_may_change_it(
    stack: str, composed: Mapping[str, Composition], plans: Mapping[str, StackPlan]
) -> None:
    scaled = every(composed[stack], "autoscale-setting")
    assert (AUTOSCALE in plans[stack].unowned) == (not scaled) == (stack == "dev")
    for each in scaled:
        (profile,) = each.inputs["profiles"]
        capacity = profile["capacity"]
        spec = plans[stack].of(APP_HOSTING)[0].spec
        assert (capacity["minimum"], capacity["default"]) == (str(spec.instances),) * 2
        assert int(capacity["minimum"]) < int(capacity["maximum"])
        assert [rule["scaleAction"]["direction"] for rule in profile["rules"]] == ["Increase", "Decrease"]


@every_environment
@pytest.mark.requirement("S1-043", "S3-003", "S3-202")
def test_in_the_cluster_nothing_of_app_service_exists_and_the_pod_has_the_same_variables(
    stack: str, folder: Path, plans: Mapping[str, StackPlan]
) -> None:
    on_aks: dict[str, object] = dict(ON_AKS) if stack == "dev" else {"services.app": POD}
    if stack == "staging":
        on_aks["waivers.hosting-zones"] = GONE
    moved = edited_plan(folder, stack, on_aks)
    found = compose_up_to(WORKLOADS, moved)
    assert {kind: len(every(found, kind)) for kind in KINDS} == dict.fromkeys(KINDS, 0)
    assert "privatelink.azurewebsites.net" not in moved.zones
    (site,) = plans[stack].of(APP_HOSTING)
    (pod,) = [each for each in moved.of(WORKLOADS) if each.service == "app"]
    own = {
        *("ApplicationInsightsAgent_EXTENSION_VERSION", "XDT_MicrosoftApplicationInsights_Mode", "HTTP20_ONLY_PORT"),
        *("WEBSITE_SWAP_WARMUP_PING_PATH", "WEBSITE_SWAP_WARMUP_PING_STATUSES", "Deployment__Slot"),
    }
    assert {each.name for each in site.variables} - {each.name for each in pod.variables} == own
    known = tuple(each for each in pod.variables if each.name != "ASPNETCORE_HTTP_PORTS")
    assert tuple(each for each in site.variables if each.name not in own) == known


PATH = "hosting.app"


@each_mistake(
    [
        Mistake(
            "dev", {f"{PATH}.slot": True, "waivers.hosting-slot": GONE}, f"{PATH}.slot", "Basic has no slots", "false"
        ),
        Mistake("dev", {f"{PATH}.maximum": 4}, f"{PATH}.maximum", "more instances than Basic has", "at most 3"),
        Mistake("dev", {f"{PATH}.maximum": 2}, f"{PATH}.maximum", "Basic does not scale by rules", "the minimum"),
        Mistake(
            "dev",
            {f"{PATH}.zone_redundant": True, "waivers.hosting-zones": GONE},
            f"{PATH}.zone_redundant",
            "Basic has no zones",
            "P1v3",
        ),
        Mistake("prod", {f"{PATH}.minimum": 1}, f"{PATH}.minimum", "too few instances for several zones", "2 or more"),
        Mistake("prod", {f"{PATH}.minimum": 7}, f"{PATH}.minimum", "above the maximum", "minimum ≤ maximum"),
        Mistake("staging", {f"{PATH}.sku": "P1v9"}, f"{PATH}.sku", "not an SKU", "P1v3"),
        Mistake("staging", {f"{PATH}.sku": "Y1"}, f"{PATH}.sku", "not an SKU", "P1v3"),
        Mistake(
            "staging", {f"{PATH}.runtime": "DOTNETCORE|6.0"}, f"{PATH}.runtime", "not a runtime", "DOTNETCORE|10.0"
        ),
        Mistake("staging", {f"{PATH}.runtime": "NODE|22"}, f"{PATH}.runtime", "not a runtime", "DOTNETCORE|10.0"),
        Mistake("prod", {f"{PATH}.slot": False}, "waivers.hosting-slot", "missing", ""),
        Mistake(
            "prod",
            {f"{PATH}.zone_redundant": False},
            "waivers.hosting-zones",
            "missing: the settings break the rule that instances are spread",
            "",
        ),
        Mistake("staging", {"services.app.host": "vm"}, "services.app.host", "not allowed", "aks"),
        Mistake("staging", {"features.TeleportCats": True}, "features.TeleportCats", "", ""),
    ]
)
def test_what_azure_or_a_rule_refuses_is_one_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


def test_an_old_runtime_is_refused(folder: Path) -> None:
    problem = one_problem(folder, "staging", {f"{PATH}.runtime": "DOTNETCORE|9.0"})
    assert problem.path == "Pulumi.staging.yaml: mystira:hosting.app.runtime"
    assert "10.0" in problem.allowed


def test_what_takes_more_than_one_port_stays_in_the_cluster(folder: Path) -> None:
    found = problems(folder, "staging", {"services.chain.host": "app-service"})
    (problem,) = [each for each in found if each.path == "Pulumi.staging.yaml: mystira:services.chain.host"]
    assert "App Service serves one HTTP port, not 8545/TCP" in problem.what


def test_a_subnet_without_room_for_twice_the_instances_is_refused(folder: Path) -> None:
    """While a plan changes its machines it has the old ones and the new ones."""
    small = {"network.subnets.app-service": "10.1.5.0/28", f"{PATH}.sku": "P1v3", f"{PATH}.maximum": 6}
    problem = one_problem(folder, "staging", small)
    assert problem.path == "Pulumi.staging.yaml: mystira:network.subnets.app-service"
    assert (problem.what, problem.allowed) == (
        "too small for App Service",
        "room for 12, twice hosting.app.maximum",
    )
