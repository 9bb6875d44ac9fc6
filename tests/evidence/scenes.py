"""How Azure's recorded refusals and effects are brought about, where a recorded request alone does not do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from components.facts.types import RESOURCE_TYPES
from offline.azure.behaviour import guid
from offline.azure.services.app_hosting import swap
from offline.azure.transport import TRIES
from offline.world.faults import Fault
from tests.evidence.adapted import NAMES
from tests.harness.replay import EVIDENCE, Stage

Scene = Callable[[Stage], Any]


def _delete(stage: Stage, key: str) -> None:
    """Delete what the evidence of a type made."""
    stage.azure.delete("urn", RESOURCE_TYPES[key].token, stage.id(key), {}, timeout=0)


def _send(stage: Stage, key: str, **changes: Any) -> None:
    """Send the recorded request of a type with other inputs."""
    request = EVIDENCE[key].requests[0]
    stage.make_what_is_named(key, request.url, request.body)
    stage.send(key, request.url, {**stage.inputs(key, request.url, request.body), **changes})


def _address_of_a_prefix_that_is_missing(stage: Stage) -> None:
    prefix = stage.id("public-ip-address").replace("publicIPAddresses", "publicIPPrefixes")
    _send(stage, "public-ip-address", publicIPPrefix={"id": prefix})


def _address_of_a_gateway(stage: Stage) -> None:
    stage.replayed("nat-gateway")
    _delete(stage, "public-ip-address")


def _role_for_a_principal_just_made(stage: Stage) -> None:
    stage.replayed("user-assigned-identity")
    request = EVIDENCE["role-assignment"].requests[0]
    stage.send("role-assignment", request.url, stage.inputs("role-assignment", request.url, request.body))


def _network_with_an_endpoint(stage: Stage) -> None:
    stage.replayed("private-endpoint")
    _delete(stage, "virtual-network")


def _zone_with_a_link(stage: Stage) -> None:
    stage.replayed("private-dns-zone-link")
    _delete(stage, "private-dns-zone")


def _record_set_without_ttl(stage: Stage) -> None:
    _send(stage, "private-record-set", ttl=None)


def _administrator_of_a_server_that_is_not_ready(stage: Stage) -> None:
    stage.replayed("postgresql-server")
    id, token = stage.id("postgresql-server"), RESOURCE_TYPES["postgresql-server"].token
    with stage.world.writing("update", token, id) as cloud:
        server = cloud.get(id)
        assert server is not None
        cloud.put(id, token, {**server.body, "state": "Updating"})
    _send(stage, "postgresql-administrator")


def _parameter_of_a_busy_server(stage: Stage) -> None:
    stage.replayed("postgresql-server")
    with stage.world.exclusively(stage.id("postgresql-server")):
        _send(stage, "postgresql-configuration")


def _account_with_an_identity_by_name(stage: Stage) -> None:
    _send(stage, "storage-account", identity={"type": "UserAssigned", "userAssignedIdentities": ["by-name"]})


def _blob_service_of_a_deleted_account(stage: Stage) -> None:
    stage.replayed("blob-service")
    _delete(stage, "storage-account")
    _delete(stage, "blob-service")


def _gateway_of_an_address_still_being_written(stage: Stage) -> None:
    """azure-native sends such a request up to four times."""
    stage.replayed("public-ip-address")
    stage.world.add_fault(Fault("unready", "create", "/natGateways/", times=TRIES))
    _send(stage, "nat-gateway")


def _text_next_to_an_alias(stage: Stage) -> None:
    stage.replayed("dns-record-set")
    url = EVIDENCE["dns-record-set"].requests[0].url.replace("/CNAME/", "/TXT/")
    body = {"properties": {"TTL": 3600, "TXTRecords": [{"value": ["text"]}]}}
    stage.send("dns-record-set", url, stage.inputs("dns-record-set", url, body))


def _route_without_an_origin(stage: Stage) -> None:
    """The group is there, and no origin is in it."""
    stage.replayed("front-door-origin-group")
    for key in ("front-door-endpoint", "front-door-rule-set"):
        stage.replayed(key)
    request = EVIDENCE["front-door-route"].requests[0]
    stage.send("front-door-route", request.url, stage.inputs("front-door-route", request.url, request.body))


def _firewall_before_an_endpoint_that_is_missing(stage: Stage) -> None:
    stage.replayed("waf-policy")
    stage.replayed("front-door-profile")
    request = EVIDENCE["front-door-security-policy"].requests[0]
    inputs = stage.inputs("front-door-security-policy", request.url, request.body)
    stage.send("front-door-security-policy", request.url, inputs)


def _second_rule_with_one_order(stage: Stage) -> None:
    stage.replayed("front-door-rule")
    request = EVIDENCE["front-door-rule"].requests[-1]
    url = f"{request.url}2"
    stage.send("front-door-rule", url, stage.inputs("front-door-rule", url, request.body))


def _custom_rules_with_one_priority(stage: Stage) -> None:
    stage.replayed("resource-group")
    request = EVIDENCE["waf-policy"].requests[-1]
    inputs = stage.inputs("waf-policy", request.url, request.body)
    rules = [{**each, "priority": 1} for each in inputs["customRules"]["rules"]]
    stage.send("waf-policy", request.url, {**inputs, "customRules": {"rules": rules}})


def _domain_of_a_route(stage: Stage) -> None:
    stage.replayed("front-door-custom-domain")
    stage.replayed("front-door-route")
    domain = {"customDomains": [{"id": stage.id("front-door-custom-domain")}]}
    request = EVIDENCE["front-door-route"].requests[0]
    inputs = stage.inputs("front-door-route", request.url, request.body)
    stage.send("front-door-route", request.url, {**inputs, **domain})
    _delete(stage, "front-door-custom-domain")


def _rule_with_another_scope(stage: Stage) -> None:
    stage.replayed("scheduled-query-rule")
    stage.replayed("application-insights")
    _send(stage, "scheduled-query-rule", scopes=[stage.id("application-insights")])


def _workbook_with_the_title_of_another(stage: Stage) -> None:
    stage.replayed("workbook")
    request, other = EVIDENCE["workbook"].requests[0], "11111111-1111-4111-8111-111111111116"
    inputs = stage.inputs("workbook", request.url, request.body)
    stage.send("workbook", request.url.replace("{name}", other), {**inputs, "resourceName": other})


def _budget_of_another_month(stage: Stage) -> None:
    stage.replayed("budget")
    period = {"startDate": "2027-01-01T00:00:00Z", "endDate": "2027-10-31T00:00:00Z"}
    _send(stage, "budget", timePeriod=period)


REFUSALS: Mapping[tuple[str, str], Scene] = {
    ("postgresql-administrator", "AadAuthOperationCannotBePerformedWhenServerIsNotAccessible"): (
        _administrator_of_a_server_that_is_not_ready
    ),
    ("activity-log-alert", "LocationRequired"): lambda stage: _send(stage, "activity-log-alert", location=None),
    ("scheduled-query-rule", "BadRequest"): _rule_with_another_scope,
    ("workbook", "BadRequest"): lambda stage: _send(stage, "workbook", resourceName="nginxtst"),
    ("workbook", "Conflict"): _workbook_with_the_title_of_another,
    ("web-test", "BadRequest"): lambda stage: _send(stage, "web-test", tags={}),
    ("budget", "400"): _budget_of_another_month,
    ("postgresql-configuration", "ServerIsBusy"): _parameter_of_a_busy_server,
    ("storage-account", "AccountNameInvalid"): lambda stage: _send(stage, "storage-account", accountName="==--039+"),
    ("storage-account", "FailedIdentityOperation"): _account_with_an_identity_by_name,
    ("storage-account", "InvalidValuesForRequestParameters"): lambda stage: _send(
        stage, "storage-account", keyPolicy={"keyExpirationPeriodInDays": -1}
    ),
    ("dns-record-set", "Conflict"): _text_next_to_an_alias,
    ("front-door-custom-domain", "ResourceOperationFailure"): _domain_of_a_route,
    ("front-door-route", "BadRequest"): _route_without_an_origin,
    ("front-door-rule", "BadRequest"): _second_rule_with_one_order,
    ("front-door-security-policy", "BadRequest"): _firewall_before_an_endpoint_that_is_missing,
    ("waf-policy", "BadRequest"): _custom_rules_with_one_priority,
    ("static-site", "LocationNotAvailableForResourceType"): lambda stage: _send(
        stage, "static-site", location="southafricanorth"
    ),
    ("nat-gateway", "RetryableError"): _gateway_of_an_address_still_being_written,
    ("public-ip-address", "NotFound"): _address_of_a_prefix_that_is_missing,
    ("public-ip-address", "PublicIPAddressCannotBeDeleted"): _address_of_a_gateway,
    ("role-assignment", "PrincipalNotFound"): _role_for_a_principal_just_made,
    ("role-assignment", "InvalidPrincipalId"): lambda stage: _send(stage, "role-assignment", principalId="wow"),
    ("virtual-network", "InUseSubnetCannotBeDeleted"): _network_with_an_endpoint,
    ("private-dns-zone", "CannotDeleteResource"): _zone_with_a_link,
    ("private-record-set", "BadRequest"): _record_set_without_ttl,
}
"""Type and code → what Azure refuses with it."""

PASSED_OVER: Mapping[tuple[str, str], Scene] = {
    ("blob-service", "ParentResourceNotFound"): _blob_service_of_a_deleted_account,
}
"""Type and code → a refusal that azure-native does not pass on: it takes what a delete does not find (404) as deleted
(provider/pkg/azure/client_azcore.go, Delete)."""


def _network_with_a_peering(stage: Stage) -> None:
    """A peering made as a separate resource, and then the network written again without it."""
    stage.replayed("virtual-network")
    id, token = stage.id("virtual-network"), RESOURCE_TYPES["virtual-network"].token
    recorded = stage.named(EVIDENCE["virtual-network"].effects[0].value[0], "virtual-network")
    peering = {**recorded, **recorded["properties"], "resourceGuid": guid(id, "peering")}
    del peering["properties"]
    with stage.world.writing("update", token, id) as cloud:
        network = cloud.get(id)
        assert network is not None
        cloud.put(id, token, {**network.body, "virtualNetworkPeerings": [peering]})
    request = EVIDENCE["virtual-network"].requests[-1]
    stage.send("virtual-network", request.url, stage.inputs("virtual-network", request.url, request.body))


def _account_without_its_project(stage: Stage) -> None:
    """An account whose only project is deleted again."""
    stage.replayed("ai-project")
    _delete(stage, "ai-project")


def _swapped_slot(stage: Stage) -> None:
    """A slot swapped with production; both have variables, of which one is sticky."""
    for key in ("web-app-slot", "web-app-settings", "web-app-slot-settings", "web-app-sticky-names"):
        stage.replayed(key)
    swap(stage.world, stage.id("web-app"), NAMES["web-app-slot"])


EFFECTS: Mapping[tuple[str, str], Scene] = {
    ("ai-project", "properties.associatedProjects"): _account_without_its_project,
    ("virtual-network", "properties.virtualNetworkPeerings"): _network_with_a_peering,
    ("web-app-slot", "properties"): _swapped_slot,
    ("web-app-slot", "properties.slotSwapStatus"): _swapped_slot,
}
"""Type and property of an effect → what brings it about, where that is not the type's own request."""
