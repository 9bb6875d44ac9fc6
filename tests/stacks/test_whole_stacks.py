"""The four stacks under mocks: reviewed inventories, and what must hold of everything."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

import pulumi
import pytest

from components.facts.model import Naming
from components.facts.resource_types import BY_TOKEN
from components.naming import REQUIRED_TAGS, check_name
from offline.engine.home import PROJECT
from stacks.build.run import build
from stacks.plan import EnvironmentPlan, StackPlan
from tests.conftest import STACKS
from tests.harness import Composition, compose

ENVIRONMENTS = STACKS[1:]
GOLDEN = PROJECT / "tests" / "golden"


def inventory(composition: Composition) -> str:
    """One line a resource: type, physical name, and the columns that the type table names."""
    lines: list[str] = []
    for each in composition.azure():
        row = BY_TOKEN[each.type]
        columns = [f"{column}={_at(each.inputs, column)}" for column in row.columns]
        lines.append(" ".join([row.key, str(each.inputs[row.name_input]), *columns]))
    return "\n".join(sorted(lines)) + "\n"


def _at(value: Any, path: str) -> Any:
    for part in re.findall(r"\w+", path):
        if isinstance(value, list) and part.isdigit():
            value = value[int(part)]
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


@pytest.mark.requirement("S3-027", "S3-028", "S3-029", "S1-006")
@pytest.mark.parametrize("stack", STACKS)
def test_inventory_is_the_reviewed_one(stack: str, composed: dict[str, Composition]) -> None:
    assert inventory(composed[stack]) == (GOLDEN / f"{stack}.txt").read_text()


@pytest.mark.requirement("S1-015", "S0-03")
@pytest.mark.parametrize("stack", STACKS)
def test_every_name_conforms_and_everything_is_tagged(stack: str, composed: dict[str, Composition]) -> None:
    for each in composed[stack].azure():
        row = BY_TOKEN[each.type]
        assert check_name(row, str(each.inputs[row.name_input]), each.name) == []
        if row.taggable:
            assert set(REQUIRED_TAGS) <= set(each.inputs["tags"])
            assert each.inputs["tags"]["Environment"] == stack


@pytest.mark.requirement("S0-04", "S3-014", "S3-015", "S3-016", "S3-018")
def test_tiers_are_the_same_in_every_environment(composed: dict[str, Composition]) -> None:
    for stack in ENVIRONMENTS:
        groups = {each.name: each.parent for each in composed[stack].of("azure-native:resources:ResourceGroup")}
        assert groups == {
            "core": "tier-1-core",
            **dict.fromkeys(("app", "admin", "story", "publisher", "chain"), "tier-2-services"),
        }


@pytest.mark.requirement("S3-015")
@pytest.mark.parametrize("stack", ENVIRONMENTS)
def test_network_and_logs_are_in_tier_1(stack: str, composed: dict[str, Composition]) -> None:
    for token in ("azure-native:network:VirtualNetwork", "azure-native:operationalinsights:Workspace"):
        (found,) = composed[stack].of(token)
        assert found.inputs["resourceGroupName"] == f"mys-{stack}-core-rg-san"


@pytest.mark.requirement("S3-017")
def test_only_shared_holds_the_registry(composed: dict[str, Composition]) -> None:
    holders = [stack for stack in STACKS if composed[stack].of("azure-native:containerregistry:Registry")]
    assert holders == ["shared"]
    for stack in ENVIRONMENTS:
        assert composed[stack].outputs["registry_login_server"] == "myssharedacr.azurecr.io"


@pytest.mark.requirement("S1-008")
@pytest.mark.parametrize("stack", ENVIRONMENTS)
def test_one_workspace_and_all_telemetry_goes_there(stack: str, composed: dict[str, Composition]) -> None:
    (workspace,) = composed[stack].of("azure-native:operationalinsights:Workspace")
    components = composed[stack].of("azure-native:applicationinsights:Component")
    wanted = f"/log-analytics-workspace/{workspace.inputs['workspaceName']}"
    assert {each.inputs["workspaceResourceId"] for each in components} == {wanted}
    assert len(components) == 5


@pytest.mark.requirement("S3-033")
def test_staging_and_prod_have_what_dev_has(composed: dict[str, Composition]) -> None:
    def kinds(stack: str) -> set[tuple[str, str]]:
        return {(each.type, each.name) for each in composed[stack].azure() if "postgres.database" not in each.name}

    # Burstable servers have neither PgBouncer nor a query store.
    tuned = {
        ("azure-native:dbforpostgresql:Configuration", f"core-{parameter}")
        for parameter in ("pgbouncer.enabled", "pg_qs.query_capture_mode", "pgms_wait_sampling.query_capture_mode")
    }
    bus, authorization, network = "azure-native:servicebus:", "azure-native:authorization:", "azure-native:network:"
    keys = {
        (f"{bus}NamespaceAuthorizationRule", "app"),
        (f"{bus}NamespaceAuthorizationRule", "publisher"),
        (f"{bus}QueueAuthorizationRule", "admin-api"),
        (f"{bus}TopicAuthorizationRule", "chain"),
    }
    firewall = {(f"{bus}NamespaceNetworkRuleSet", "core")}
    assert kinds("staging") - kinds("dev") == tuned
    assert kinds("dev") - kinds("staging") == keys
    assert kinds("dev") - kinds("prod") == keys | firewall
    assert kinds("prod") - kinds("dev") - tuned == {
        (f"{network}PublicIPAddress", "core-outbound-1"),
        ("azure-native:monitor:DiagnosticSetting", "public-ip-address-core-outbound-1"),
        (f"{authorization}ManagementLockByScope", "log-analytics-workspace-core"),
        (f"{authorization}ManagementLockByScope", "cosmos-account-core"),
        (f"{authorization}ManagementLockByScope", "storage-account-core"),
        (f"{authorization}ManagementLockByScope", "redis-core"),
        (f"{authorization}ManagementLockByScope", "postgresql-server-core"),
        (f"{authorization}ManagementLockByScope", "service-bus-namespace-core"),
        (f"{network}PrivateEndpoint", "service-bus-namespace-core"),
        (f"{network}PrivateDnsZoneGroup", "service-bus-namespace-core"),
        *(
            (f"{authorization}ManagementLockByScope", f"key-vault-{service}")
            for service in ("app", "admin-api", "story-generator", "publisher", "chain")
        ),
    }


@pytest.mark.requirement("S1-005")
def test_environments_share_no_name_and_no_address(
    composed: dict[str, Composition], plans: dict[str, StackPlan]
) -> None:
    names = [
        {
            str(each.inputs[BY_TOKEN[each.type].name_input])
            for each in composed[stack].azure()
            if BY_TOKEN[each.type].naming in (Naming.FIVE_PART, Naming.COMPACT, Naming.GUID)
        }
        for stack in ENVIRONMENTS
    ]
    assert not (names[0] & names[1] | names[1] & names[2] | names[0] & names[2])
    assert all(len(each) > 20 for each in names)
    spaces = [ipaddress.IPv4Network(_environment(plans, stack).network.address_space) for stack in ENVIRONMENTS]
    assert not any(one.overlaps(two) for one in spaces for two in spaces if one is not two)


@pytest.mark.requirement("S0-08")
def test_hosts_carry_the_environment_except_in_prod(plans: dict[str, StackPlan]) -> None:
    for stack in ENVIRONMENTS:
        for host in _environment(plans, stack).hosts:
            label = "" if stack == "prod" else f"{stack}."
            assert host.name == f"{label}{host.endpoint}.mystira.app"


@pytest.mark.parametrize("stack", ENVIRONMENTS)
def test_every_subnet_is_closed_by_default(stack: str, composed: dict[str, Composition]) -> None:
    (network,) = composed[stack].of("azure-native:network:VirtualNetwork")
    for subnet in network.inputs["subnets"]:
        assert subnet["defaultOutboundAccess"] is False
        assert subnet["networkSecurityGroup"]["id"].startswith("/network-security-group/")
    for group in composed[stack].of("azure-native:network:NetworkSecurityGroup"):
        last = max(group.inputs["securityRules"], key=lambda rule: rule["priority"])
        assert (last["access"], last["direction"], last["priority"]) == ("Deny", "Inbound", 4096)


def test_keys_are_off_where_local_auth_is_off(composed: dict[str, Composition]) -> None:
    for stack, expected in (("dev", False), ("staging", True), ("prod", True)):
        components = composed[stack].of("azure-native:applicationinsights:Component")
        assert {each.inputs["disableLocalAuth"] for each in components} == {expected}


def test_a_login_of_another_tenant_stops_before_the_first_resource(plans: dict[str, StackPlan]) -> None:
    composition = Composition(login_tenant="11111111-1111-4111-8111-111111111111")
    with pytest.raises(pulumi.RunError, match=r"Pulumi\.dev\.yaml: mystira:azure\.tenant_id: the login is for another"):
        compose(lambda: build(plans["dev"]), composition)
    assert composition.azure() == []


@pytest.mark.parametrize("references", [{}, {"contract": {"registry_id": "x"}}])
def test_shared_that_is_not_up_is_one_clear_error(references: dict[str, Any], plans: dict[str, StackPlan]) -> None:
    with pytest.raises(pulumi.RunError, match="the stack organization/mystira/shared must be up before this one"):
        compose(lambda: build(plans["dev"]), Composition(references=references))


def test_a_name_made_elsewhere_is_refused(plans: dict[str, StackPlan]) -> None:
    import pulumi_azure_native as azure_native

    from components.guard import install_guard

    def program() -> None:
        install_guard(retries=False)
        azure_native.resources.ResourceGroup("rogue", resource_group_name="rogue")

    composition = Composition()
    with pytest.raises(pulumi.RunError, match="does not follow the convention"):
        compose(program, composition)
    assert composition.azure() == []


def _environment(plans: dict[str, StackPlan], stack: str) -> EnvironmentPlan:
    plan = plans[stack]
    assert isinstance(plan, EnvironmentPlan)
    return plan
