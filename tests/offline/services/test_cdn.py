"""What Azure refuses about Front Door, and what it makes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from components.cdn.facts import PREMIUM, STANDARD
from offline.azure.private_links import approve, connections, pending
from offline.clock import TODAY, TODAY_VARIABLE
from offline.rpc.protocol import Created, Properties
from tests.harness.offline import GROUP, REGION, ROOT, SUBSCRIPTION, Cloud, token_of

PROFILE, ENDPOINT, ORIGIN_GROUP, ORIGIN, DOMAIN, ROUTE, RULE_SET, RULE, POLICY = (
    token_of(f"front-door-{key}")
    for key in (
        "profile",
        "endpoint",
        "origin-group",
        "origin",
        "custom-domain",
        "route",
        "rule-set",
        "rule",
        "security-policy",
    )
)
FIREWALL, ZONE, RECORDS = map(token_of, ("waf-policy", "dns-zone", "dns-record-set"))
LINK_SERVICE = token_of("private-link-service")
NAME = "mys-dev-core-fd-glob"
HOST = "api.mystira.example"
SERVICE = f"{ROOT}/providers/Microsoft.Network/privateLinkServices/mys-dev-core-pls-san"
WITHIN = {"profileName": NAME}


class Edge:
    """A profile, and short ways to make its parts."""

    def __init__(self, cloud: Cloud, sku: str = PREMIUM) -> None:
        self.cloud = cloud
        self.profile = cloud.make(PROFILE, **WITHIN, location="Global", sku={"name": sku})

    def endpoint(self, name: str = "mys-dev", **more: Any) -> Created:
        inputs = {"endpointName": name, "location": "Global", **more}
        return self.cloud.make(ENDPOINT, **WITHIN, **inputs)

    def group(self, name: str = "api") -> Created:
        return self.cloud.make(ORIGIN_GROUP, **WITHIN, originGroupName=name, loadBalancingSettings={"sampleSize": 4})

    def origin(self, name: str = "api-san", group: str = "api", **more: Any) -> Created:
        return self.cloud.make(ORIGIN, **self.origin_inputs(name, group, **more))

    def origin_inputs(self, name: str = "api-san", group: str = "api", **more: Any) -> dict[str, Any]:
        own = {"originName": name, "originGroupName": group, "hostName": "origin.mystira.example"}
        return {**WITHIN, **own, "enabledState": "Enabled", "enforceCertificateNameCheck": True, **more}

    def domain(self, host: str = HOST) -> Created:
        return self.cloud.make(DOMAIN, **WITHIN, customDomainName=host.replace(".", "-"), hostName=host)

    def route(self, name: str = "api", **more: Any) -> Created:
        return self.cloud.make(ROUTE, **self.route_inputs(name, **more))

    def route_inputs(self, name: str = "api", **more: Any) -> dict[str, Any]:
        group = {"originGroup": {"id": f"{self.profile.id}/originGroups/api"}}
        own = {
            "endpointName": "mys-dev",
            "routeName": name,
            "patternsToMatch": ["/*"],
            "linkToDefaultDomain": "Enabled",
        }
        return {**WITHIN, **own, **group, "supportedProtocols": ["Http", "Https"], **more}

    def read(self, made: Created, token: str) -> Properties:
        found = self.cloud.azure.read("urn", token, made.id, {}, {})
        assert found is not None
        return found.properties


@pytest.fixture
def edge(cloud: Cloud) -> Edge:
    return Edge(cloud)


@pytest.fixture
def served(edge: Edge) -> Edge:
    """A profile with an endpoint and an origin."""
    edge.endpoint()
    edge.group()
    edge.origin()
    return edge


def private(target: str = SERVICE, **more: Any) -> dict[str, Any]:
    """What an origin says about its link."""
    asked = {"privateLink": {"id": target}, "privateLinkLocation": REGION, "requestMessage": "Front Door", **more}
    return {"sharedPrivateLinkResource": asked}


def make_link_service(cloud: Cloud, *approved: str) -> None:
    """A private link service, as Kubernetes makes it."""
    with cloud.world.writing("create", LINK_SERVICE, SERVICE) as writer:
        writer.put(SERVICE, LINK_SERVICE, {"autoApproval": {"subscriptions": list(approved)}})


def listed(cloud: Cloud, id: str = SERVICE) -> list[Properties]:
    """The connections that a target lists."""
    with cloud.world.reading() as reader:
        target = reader.get(id)
        assert target is not None
        return list(connections(target, reader))


def states(cloud: Cloud) -> list[str]:
    return [each["privateLinkServiceConnectionState"]["status"] for each in listed(cloud)]


def test_a_profile_has_an_id_that_stays(edge: Edge) -> None:
    known = edge.profile.properties["frontDoorId"]
    assert edge.profile.properties["resourceState"] == "Active"
    now = edge.cloud.update(
        PROFILE,
        edge.profile.id,
        **WITHIN,
        location="Global",
        sku={"name": PREMIUM},
        originResponseTimeoutSeconds=120,
    )
    assert (now["frontDoorId"], now["originResponseTimeoutSeconds"]) == (known, 120)


@pytest.mark.parametrize("seconds", [15, 241])
def test_a_profile_waits_for_an_origin_between_16_and_240_seconds(cloud: Cloud, seconds: int) -> None:
    inputs = {**WITHIN, "location": "Global", "sku": {"name": PREMIUM}}
    cloud.refused("BadRequest", PROFILE, **inputs, originResponseTimeoutSeconds=seconds)
    cloud.refused("LocationNotAvailableForResourceType", PROFILE, **{**inputs, "location": REGION})


def test_the_hash_of_an_endpoint_comes_back_as_far_as_its_scope_goes(edge: Edge) -> None:
    first = edge.endpoint().properties["hostName"]
    assert first.startswith("mys-dev-")
    assert first.endswith(".azurefd.net")
    edge.cloud.delete(ENDPOINT, f"{edge.profile.id}/afdEndpoints/mys-dev")
    assert edge.endpoint().properties["hostName"] == first
    edge.cloud.delete(ENDPOINT, f"{edge.profile.id}/afdEndpoints/mys-dev")
    hosts = {
        edge.cloud.make(
            ENDPOINT,
            **WITHIN,
            endpointName=name,
            location="global",
            autoGeneratedDomainNameLabelScope=scope,
        )
        .properties["hostName"]
        .removeprefix(name)
        for name, scope in (("mys-dev", "NoReuse"), ("mys-dev2", "SubscriptionReuse"), ("mys-dev3", "TenantReuse"))
    }
    assert len({*hosts, first.removeprefix("mys-dev")}) == 4


def test_the_scope_of_an_endpoint_stays(edge: Edge) -> None:
    made = edge.endpoint(autoGeneratedDomainNameLabelScope="TenantReuse")
    inputs = {**WITHIN, "endpointName": "mys-dev", "location": "Global"}
    edge.cloud.refused_update(
        "PropertyChangeNotAllowed", ENDPOINT, made.id, **inputs, autoGeneratedDomainNameLabelScope="NoReuse"
    )


def make_token(cloud: Cloud, token: str, name: str = "_dnsauth.api") -> Created:
    """The record that proves a domain, in the zone of the example."""
    if cloud.world.get(f"{ROOT}/providers/Microsoft.Network/dnsZones/mystira.example") is None:
        cloud.make(ZONE, zoneName="mystira.example", location="global")
    inputs = {"zoneName": "mystira.example", "recordType": "TXT", "relativeRecordSetName": name, "ttl": 3600}
    return cloud.make(RECORDS, **inputs, txtRecords=[{"value": [token]}])


def test_a_domain_is_pending_until_its_token_stands_in_the_zone_and_approved_for_good(edge: Edge) -> None:
    made = edge.domain()
    proof = made.properties["validationProperties"]
    assert made.properties["domainValidationState"] == "Pending"
    assert proof["expirationDate"].startswith((TODAY + timedelta(days=7)).isoformat())
    wrong = make_token(edge.cloud, "another")
    assert edge.read(made, DOMAIN)["domainValidationState"] == "Pending"
    edge.cloud.delete(RECORDS, wrong.id)
    record = make_token(edge.cloud, proof["validationToken"])
    assert edge.read(made, DOMAIN)["domainValidationState"] == "Approved"
    edge.cloud.delete(RECORDS, record.id)
    now = edge.cloud.update(
        DOMAIN,
        made.id,
        **WITHIN,
        customDomainName="api-mystira-example",
        hostName=HOST,
        tlsSettings={"certificateType": "ManagedCertificate", "minimumTlsVersion": "TLS13"},
    )
    assert (now["domainValidationState"], now["validationProperties"]) == ("Approved", proof)


def test_a_token_that_is_there_first_counts(edge: Edge) -> None:
    token = edge.domain().properties["validationProperties"]["validationToken"]
    edge.cloud.delete(DOMAIN, f"{edge.profile.id}/customDomains/api-mystira-example")
    make_token(edge.cloud, token)
    assert edge.domain().properties["domainValidationState"] == "Pending"
    found = edge.cloud.azure.read("urn", DOMAIN, f"{edge.profile.id}/customDomains/api-mystira-example", {}, {})
    assert found is not None
    assert found.properties["domainValidationState"] == "Approved"


def test_a_token_ends_after_seven_days(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    made = edge.domain("mystira.example")
    monkeypatch.setenv(TODAY_VARIABLE, (TODAY + timedelta(days=8)).isoformat())
    assert edge.read(made, DOMAIN)["domainValidationState"] == "TimedOut"
    make_token(edge.cloud, made.properties["validationProperties"]["validationToken"], "_dnsauth")
    assert edge.read(made, DOMAIN)["domainValidationState"] == "TimedOut"


def test_a_domain_is_in_one_profile_and_keeps_its_host(edge: Edge) -> None:
    made = edge.domain()
    other = {"profileName": "mys-old-core-fd-glob", "location": "Global", "sku": {"name": STANDARD}}
    edge.cloud.make(PROFILE, **other)
    refused = edge.cloud.refused(
        "BadRequest", DOMAIN, profileName="mys-old-core-fd-glob", customDomainName="api", hostName=HOST.upper()
    )
    assert "Another custom domain with the same host name already exists." in refused.message
    inputs = {**WITHIN, "customDomainName": "api-mystira-example"}
    edge.cloud.refused_update("PropertyChangeNotAllowed", DOMAIN, made.id, **inputs, hostName="app.mystira.example")


def test_a_domain_goes_after_its_route_and_its_policy(served: Edge) -> None:
    domain = served.domain()
    route = served.route(customDomains=[{"id": domain.id}])
    assert route.properties["customDomains"] == [{"id": domain.id, "isActive": True}]
    refused = served.cloud.refused_delete("ResourceOperationFailure", DOMAIN, domain.id)
    assert "is still referenced" in refused.message
    served.cloud.delete(ROUTE, route.id)
    policy = served.cloud.make(POLICY, **policy_inputs(served, domain.id))
    served.cloud.refused_delete("ResourceOperationFailure", DOMAIN, domain.id)
    served.cloud.delete(POLICY, policy.id)
    served.cloud.delete(DOMAIN, domain.id)


@pytest.mark.parametrize(("path", "value"), [("priority", 6), ("weight", 1001), ("weight", 0)])
def test_origins_have_limits(edge: Edge, path: str, value: int) -> None:
    edge.group()
    edge.cloud.refused("BadRequest", ORIGIN, **edge.origin_inputs(), **{path: value})
    probe = {"healthProbeSettings": {"probeIntervalInSeconds": 256}}
    edge.cloud.refused("BadRequest", ORIGIN_GROUP, **WITHIN, originGroupName="slow", **probe)


def test_an_update_without_the_check_of_the_name_switches_it_off(edge: Edge) -> None:
    edge.group()
    inputs = edge.origin_inputs()
    del inputs["enforceCertificateNameCheck"]
    made = edge.cloud.make(ORIGIN, **inputs)
    assert made.properties["enforceCertificateNameCheck"] is True
    assert edge.cloud.update(ORIGIN, made.id, **inputs)["enforceCertificateNameCheck"] is False


def test_a_route_needs_an_enabled_origin(edge: Edge) -> None:
    edge.endpoint()
    edge.cloud.refused("BadRequest", ROUTE, **edge.route_inputs())
    edge.group()
    edge.cloud.refused("BadRequest", ROUTE, **edge.route_inputs())
    made = edge.origin(enabledState="Disabled")
    refused = edge.cloud.refused("BadRequest", ROUTE, **edge.route_inputs())
    assert refused.message.startswith("Please make sure that the originGroup is created successfully")
    edge.cloud.update(ORIGIN, made.id, **edge.origin_inputs())
    edge.route()


def test_the_last_origin_of_a_route_can_be_neither_deleted_nor_disabled(served: Edge) -> None:
    route = served.route()
    first, group = f"{served.profile.id}/originGroups/api/origins/api-san", f"{served.profile.id}/originGroups/api"
    served.cloud.refused_delete("BadRequest", ORIGIN, first)
    served.cloud.refused_update("BadRequest", ORIGIN, first, **served.origin_inputs(enabledState="Disabled"))
    served.cloud.refused_delete("BadRequest", ORIGIN_GROUP, group)
    second = served.origin("api-weu")
    served.cloud.delete(ORIGIN, first)
    served.cloud.refused_delete("BadRequest", ORIGIN, second.id)
    served.cloud.delete(ROUTE, route.id)
    served.cloud.delete(ORIGIN, second.id)
    served.cloud.delete(ORIGIN_GROUP, group)


def test_each_domain_path_and_protocol_has_one_route(served: Edge) -> None:
    served.route()
    refused = served.cloud.refused("BadRequest", ROUTE, **served.route_inputs("second", supportedProtocols=["Https"]))
    assert "Path pattern: /*, Protocol: Https cannot be added to Route second" in refused.message
    served.route("api-only", patternsToMatch=["/api/*"])
    domain = {"customDomains": [{"id": served.domain().id}], "linkToDefaultDomain": "Disabled"}
    served.route("of-a-domain", **domain)
    served.cloud.refused("BadRequest", ROUTE, **served.route_inputs("again", **domain))
    served.cloud.refused("BadRequest", ROUTE, **served.route_inputs("of-nothing", linkToDefaultDomain="Disabled"))


def test_rules_have_an_order_of_their_own_and_few_actions(served: Edge) -> None:
    made = served.cloud.make(RULE_SET, **WITHIN, ruleSetName="headers")

    def rule(name: str, count: int = 1, **more: Any) -> dict[str, Any]:
        header = {"typeName": "DeliveryRuleHeaderActionParameters", "headerAction": "Delete", "headerName": "Server"}
        actions = [{"name": "ModifyResponseHeader", "parameters": header}] * count
        return {**WITHIN, "ruleSetName": "headers", "ruleName": name, "actions": actions, **more}

    served.cloud.make(RULE, **rule("first", 5, order=1))
    refused = served.cloud.refused("BadRequest", RULE, **rule("second", order=1))
    assert refused.message == "The delivery rules order values cannot have duplicates."
    served.cloud.refused("BadRequest", RULE, **rule("second", 6, order=2))
    by_name = {"typeName": "DeliveryRuleUrlFileNameMatchConditionParameters", "operator": "Equal", "matchValues": ["a"]}
    wrong: dict[str, Any] = {"conditions": [{"name": "UrlFileName", "parameters": by_name}]}
    served.cloud.refused("BadRequest", RULE, **rule("second", order=2, **wrong))
    served.cloud.refused("BadRequest", RULE, **rule("second", order=2, conditions=[{"name": "Weather"}]))
    route = served.route(ruleSets=[{"id": made.id}])
    served.cloud.refused_delete("BadRequest", RULE_SET, made.id)
    served.cloud.delete(ROUTE, route.id)
    served.cloud.delete(RULE_SET, made.id)


def firewall(cloud: Cloud, name: str = "mysdevcorewafglob", sku: str = PREMIUM) -> Created:
    return cloud.make(FIREWALL, policyName=name, location="Global", sku={"name": sku})


def policy_inputs(edge: Edge, *domains: str, name: str = "all", waf: str = "") -> dict[str, Any]:
    waf = waf or f"{ROOT}/providers/Microsoft.Network/FrontDoorWebApplicationFirewallPolicies/mysdevcorewafglob"
    if edge.cloud.world.get(waf) is None:
        firewall(edge.cloud)
    association = {"domains": [{"id": each} for each in domains], "patternsToMatch": ["/*"]}
    parameters = {"type": "WebApplicationFirewall", "wafPolicy": {"id": waf}, "associations": [association]}
    return {**WITHIN, "securityPolicyName": name, "parameters": parameters}


def test_a_security_policy_is_for_what_its_profile_has(edge: Edge) -> None:
    missing = f"{edge.profile.id}/afdEndpoints/mys-dev"
    refused = edge.cloud.refused("BadRequest", POLICY, **policy_inputs(edge, missing))
    assert refused.message.startswith("Endpoint 'mys-dev' is not associated with the AFDX profile")
    endpoint, domain = edge.endpoint(), edge.domain()
    made = edge.cloud.make(POLICY, **policy_inputs(edge, endpoint.id, domain.id))
    (association,) = made.properties["parameters"]["associations"]
    assert [each["isActive"] for each in association["domains"]] == [True, True]
    edge.cloud.refused("BadRequest", POLICY, **policy_inputs(edge, domain.id, name="again"))
    edge.cloud.make(PROFILE, profileName="mys-old-core-fd-glob", location="Global", sku={"name": PREMIUM})
    theirs = {**policy_inputs(edge, endpoint.id), "profileName": "mys-old-core-fd-glob"}
    edge.cloud.refused("BadRequest", POLICY, **theirs)


def test_a_firewall_policy_has_the_sku_and_the_subscription_of_the_profile(edge: Edge) -> None:
    endpoint = edge.endpoint()
    standard = firewall(edge.cloud, "standard", STANDARD)
    edge.cloud.refused("BadRequest", POLICY, **policy_inputs(edge, endpoint.id, waf=standard.id))
    elsewhere = Cloud(edge.cloud.world, subscription=SUBSCRIPTION[:-1] + "2")
    there = firewall(elsewhere)
    refused = edge.cloud.refused("BadRequest", POLICY, **policy_inputs(edge, endpoint.id, waf=there.id))
    assert "same subscription" in refused.message


def test_a_link_waits_at_its_target_until_somebody_approves_it(edge: Edge) -> None:
    make_link_service(edge.cloud)
    edge.group()
    made = edge.origin(**private())
    # Azure never says at the origin how far its link is.
    assert "status" not in made.properties["sharedPrivateLinkResource"]
    (connection,) = listed(edge.cloud)
    assert connection["id"].startswith(f"{SERVICE}/privateEndpointConnections/")
    assert f"/resourceGroups/eafd-Prod-{REGION}/" in connection["privateEndpoint"]["id"]
    state = connection["privateLinkServiceConnectionState"]
    assert (state["status"], state["description"]) == ("Pending", "Front Door")
    with edge.cloud.world.writing("approve", ORIGIN, made.id) as writer:
        (link,) = pending(writer)
        approve(writer, link)
        assert pending(writer) == []
    assert states(edge.cloud) == ["Approved"]
    edge.cloud.update(ORIGIN, made.id, **edge.origin_inputs(**private(), weight=500))
    assert states(edge.cloud) == ["Approved"]


def test_origins_of_a_profile_share_a_link_to_one_target(edge: Edge) -> None:
    make_link_service(edge.cloud)
    for name in ("api", "admin-api"):
        edge.group(name)
        edge.origin(f"{name}-san", name, **private())
    assert states(edge.cloud) == ["Pending"]
    with edge.cloud.world.writing("approve", ORIGIN, SERVICE) as writer:
        approve(writer, *pending(writer))
    edge.group("app")
    edge.origin("app-san", "app", **private())
    assert states(edge.cloud) == ["Approved"]
    edge.group("far")
    edge.origin("far-weu", "far", **private(privateLinkLocation="westeurope"))
    assert states(edge.cloud) == ["Approved", "Pending"]
    for name in ("api", "admin-api", "app", "far"):
        edge.cloud.delete(ORIGIN_GROUP, f"{edge.profile.id}/originGroups/{name}")
    assert states(edge.cloud) == []


def test_a_service_that_approves_everybody_needs_nobody(edge: Edge) -> None:
    make_link_service(edge.cloud, "*")
    edge.group()
    edge.origin(**private())
    assert states(edge.cloud) == ["Approved"]


def test_a_link_is_for_a_part_of_an_app_which_lists_it_too(edge: Edge) -> None:
    plan = edge.cloud.make(
        token_of("app-service-plan"), name="mys-dev-app-asp-san", location=REGION, sku={"name": "P1v3"}, reserved=True
    )
    app = edge.cloud.make(
        token_of("web-app"), name="mys-dev-app-app-san", location=REGION, serverFarmId=plan.id, httpsOnly=True
    )
    edge.group()
    edge.cloud.refused("BadRequest", ORIGIN, **edge.origin_inputs(**private(app.id)))
    edge.cloud.refused("BadRequest", ORIGIN, **edge.origin_inputs(**private(app.id, groupId="blob")))
    edge.origin(**private(app.id, groupId="sites"))
    (connection,) = listed(edge.cloud, app.id)
    assert connection["type"] == "Microsoft.Web/sites/privateEndpointConnections"
    assert connection["privateLinkServiceConnectionState"]["status"] == "Pending"


def test_a_link_belongs_to_premium_checks_the_name_and_has_a_region(cloud: Cloud, edge: Edge) -> None:
    make_link_service(cloud)
    edge.group()
    unchecked = edge.origin_inputs(**private(), enforceCertificateNameCheck=False)
    assert "certificate" in cloud.refused("BadRequest", ORIGIN, **unchecked).message
    for wrong in ({"privateLinkLocation": ""}, {"groupId": "sites"}):
        cloud.refused("BadRequest", ORIGIN, **edge.origin_inputs(**private(**wrong)))
    cloud.delete(PROFILE, edge.profile.id)
    standard = Edge(cloud, STANDARD)
    standard.group()
    assert STANDARD in cloud.refused("BadRequest", ORIGIN, **standard.origin_inputs(**private())).message


def test_public_and_private_origins_share_no_group(edge: Edge) -> None:
    make_link_service(edge.cloud)
    edge.group()
    edge.origin()
    edge.cloud.refused("BadRequest", ORIGIN, **edge.origin_inputs("api-weu", **private()))


@pytest.mark.parametrize(("path", "before", "now"), [("sku.name", STANDARD, PREMIUM), ("location", "global", REGION)])
def test_a_profile_is_replaced_for_its_tier_and_place(cloud: Cloud, path: str, before: str, now: str) -> None:
    def inputs(value: str) -> Properties:
        name, _, rest = path.partition(".")
        return {"resourceGroupName": GROUP, **WITHIN, name: {rest: value} if rest else value}

    diff = cloud.azure.diff(PROFILE, "id", inputs(before), {}, inputs(now), [])
    assert (list(diff.replaces), diff.delete_before_replace) == ([path], True)


def test_a_group_of_its_own_goes_with_everything_in_it(served: Edge) -> None:
    served.route()
    served.domain()
    served.cloud.delete(PROFILE, served.profile.id)
    assert not [each for each in served.cloud.world.all() if "/profiles/" in each.id]
