"""The certificates of the cluster's gateway: who signs them, and who answers the challenges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pulumi
import pytest

from stacks.parts.certificates.plan import CERTIFICATES
from stacks.parts.gateway.plan import GATEWAY
from stacks.parts.manual_steps.plan import MANUAL_STEPS
from stacks.plan.model import StackPlan
from tests.harness.build import compose_plan, compose_up_to, every, one
from tests.harness.compose import CONTRACT, Composition
from tests.harness.settings import edit, edited_plan, every_environment

ISSUER, CERTIFICATE = "kubernetes:cert-manager.io/v1:Issuer", "kubernetes:cert-manager.io/v1:Certificate"
RELEASE, POLICY = "kubernetes:helm.sh/v3:Release", "kubernetes:networking.k8s.io/v1:NetworkPolicy"
PRIVATE_RECORD = "azure-native:privatedns:PrivateRecordSet"
ENDPOINTS = ("admin-api", "chain", "publisher", "story-api")


def label(stack: str) -> str:
    return "" if stack == "prod" else f"{stack}."


@every_environment
def test_the_certificate_is_for_the_origin_of_every_endpoint_in_the_cluster(
    stack: str, plans: Mapping[str, StackPlan]
) -> None:
    hosts = {f"{label(stack)}{each}-k8s.mystira.app" for each in ENDPOINTS}
    assert set(plans[stack].of(CERTIFICATES).certificate.hosts) == hosts


@every_environment
def test_a_zone_of_its_own_is_delegated_from_the_zone_of_the_domain(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    """The servers are those that the zone gets, so that another zone of the name follows by itself."""
    zone = one(composed[stack], "dns-zone")
    assert zone.inputs["resourceGroupName"] == f"mys-{stack}-core-rg-san"
    assert zone.inputs["zoneName"] == f"acme.{stack}.mystira.app"
    delegation = one(composed[stack], "dns-record-set", f"ns-acme.{stack}")
    assert (delegation.inputs["zoneName"], delegation.inputs["recordType"]) == ("mystira.app", "NS")
    assert len(delegation.inputs["nsRecords"]) == 4
    assert "acme" in delegation.dependencies


@every_environment
def test_every_host_leads_to_an_answer_of_its_own(stack: str, composed: Mapping[str, Composition]) -> None:
    found = {
        each.inputs["relativeRecordSetName"]: each.inputs["cnameRecord"]["cname"]
        for each in every(composed[stack], "dns-record-set")
        if each.inputs["recordType"] == "CNAME" and each.inputs["relativeRecordSetName"].startswith("_acme-challenge.")
    }
    assert found == {
        f"_acme-challenge.{label(stack)}{each}-k8s": f"{each}.acme.{stack}.mystira.app" for each in ENDPOINTS
    }


@every_environment
def test_for_every_name_of_the_certificate_its_authority_alone_may_sign(
    stack: str, plans: Mapping[str, StackPlan], composed: Mapping[str, Composition]
) -> None:
    """The zone names the authority of Front Door; the set closest to a name is the one that counts."""
    found = {
        f"{each.inputs['relativeRecordSetName']}.mystira.app": each
        for each in every(composed[stack], "dns-record-set")
        if each.inputs["recordType"] == "CAA"
    }
    assert set(found) == set(plans[stack].of(CERTIFICATES).certificate.hosts)
    for each in found.values():
        values = [(record["flags"], record["tag"], record["value"]) for record in each.inputs["caaRecords"]]
        assert values == [
            (0, "issue", "letsencrypt.org"),
            (0, "issuewild", ";"),
            (0, "iodef", "mailto:certificates@mystira.example"),
        ]
    (certificate,) = composed[stack].of(CERTIFICATE)
    assert {each.name for each in found.values()} <= set(certificate.dependencies)


@every_environment
def test_a_private_zone_hides_no_challenge_from_the_cluster(stack: str, composed: Mapping[str, Composition]) -> None:
    (alias,) = [each for each in composed[stack].of(PRIVATE_RECORD) if each.inputs["recordType"] == "CNAME"]
    assert alias.inputs["privateZoneName"] == f"{label(stack)}chain-k8s.mystira.app"
    assert alias.inputs["relativeRecordSetName"] == "_acme-challenge"
    assert alias.inputs["cnameRecord"] == {"cname": f"chain.acme.{stack}.mystira.app"}
    assert alias.inputs["resourceGroupName"] == f"mys-{stack}-core-rg-san"


@every_environment
def test_the_service_account_of_cert_manager_is_the_identity(stack: str, composed: Mapping[str, Composition]) -> None:
    """Its one role is in tests/parts/test_rights.py."""
    identity = one(composed[stack], "user-assigned-identity", "core-cert-manager")
    assert identity.inputs["resourceName"] == f"mys-{stack}-corecertmanager-identity-san"
    credential = one(composed[stack], "federated-credential", "cert-manager")
    assert credential.parent == "core-cert-manager"
    assert credential.inputs["subject"] == "system:serviceaccount:mys-cert-manager:cert-manager"


def test_records_in_the_domain_s_zone_are_written_in_the_subscription_of_shared(plans: Mapping[str, StackPlan]) -> None:
    domain = plans["dev"].of(CERTIFICATES).domain
    assert domain is not None
    assert domain.id.lower() == CONTRACT["zone_id"].lower()
    assert domain.subscription_id != plans["dev"].subscription_id


def test_a_zone_elsewhere_than_planned_ends_the_run(plans: Mapping[str, StackPlan]) -> None:
    elsewhere = {**CONTRACT, "zone_id": CONTRACT["zone_id"].replace("mys-shared-dns-rg-glob", "old-dns")}
    with pytest.raises(pulumi.RunError, match="is not where the settings of shared say"):
        compose_plan(plans["dev"], Composition(references={"contract": elsewhere}))


def test_a_live_zone_keeps_its_group(folder: Path) -> None:
    group = "/subscriptions/00000000-0000-4000-8000-000000000003/resourceGroups/old-dns"
    live = f"{group}/providers/Microsoft.Network/dnsZones/mystira.app"
    edit(folder, "shared", {"dns.adopt": live})
    domain = edited_plan(folder, "dev", {}).of(CERTIFICATES).domain
    assert domain is not None
    assert (domain.group, domain.id) == ("old-dns", live)


def test_without_an_authority_nothing_is_answered_and_a_person_is_told(folder: Path) -> None:
    made = edited_plan(folder, "dev", {"ingress.certificates": "none"})
    found = compose_up_to(MANUAL_STEPS, made)
    assert not every(found, "dns-zone")
    names = {each.inputs["relativeRecordSetName"] for each in every(found, "dns-record-set")}
    assert not [name for name in names if "acme" in name or "-k8s" in name]
    assert "core-cert-manager" not in {each.name for each in every(found, "user-assigned-identity")}
    assert "gateway-certificate" in found.outputs["manual_steps"]
    (issuer,) = found.of(ISSUER)
    assert issuer.inputs["spec"] == {"selfSigned": {}}
    (certificate,) = found.of(CERTIFICATE)
    assert certificate.inputs["spec"]["duration"] == "2160h"
    (release,) = [each for each in found.of(RELEASE) if each.name == "cert-manager"]
    assert not {"extraArgs", "podLabels"} & set(release.inputs["values"])


@every_environment
def test_cert_manager_is_installed_by_digest_and_as_nobody_else(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    (release,) = [each for each in composed[stack].of(RELEASE) if each.name == "cert-manager"]
    inputs = release.inputs
    assert (inputs["chart"], inputs["version"]) == ("oci://quay.io/jetstack/charts/cert-manager", "v1.21.2")
    assert inputs["namespace"] == "mys-cert-manager"
    assert (inputs["atomic"], inputs["skipAwait"], inputs["createNamespace"]) == (True, False, False)
    values = inputs["values"]
    for each in (values, values["webhook"], values["cainjector"], values["startupapicheck"]):
        assert re.fullmatch("sha256:[0-9a-f]{64}", each["image"]["digest"])
        assert each["resources"].keys() == {"requests", "limits"}
    assert values["podLabels"] == {"azure.workload.identity/use": "true"}
    assert {"mys-cert-manager", "mys-cert-manager-webhook", "cert-manager"} <= set(release.dependencies)


@every_environment
def test_let_s_encrypt_signs_once_it_can_be_answered(stack: str, composed: Mapping[str, Composition]) -> None:
    (issuer,), (certificate,) = composed[stack].of(ISSUER), composed[stack].of(CERTIFICATE)
    acme = issuer.inputs["spec"]["acme"]
    assert acme["server"] == "https://acme-v02.api.letsencrypt.org/directory"
    (solver,) = acme["solvers"]
    assert solver["dns01"]["cnameStrategy"] == "Follow"
    assert solver["dns01"]["azureDNS"]["hostedZoneName"] == f"acme.{stack}.mystira.app"
    assert solver["dns01"]["azureDNS"]["managedIdentity"]["clientID"]
    for each in (issuer, certificate):
        assert each.inputs["metadata"]["namespace"] == "mys-gateway"
        assert each.inputs["metadata"]["annotations"] == {"pulumi.com/waitFor": "condition=Ready"}
    answered = {
        f"ns-acme.{stack}",
        f"cname-_acme-challenge.{label(stack)}chain-k8s",
        f"acme-{label(stack)}chain-k8s.mystira.app",
        "cert-manager-dns-contributor-acme-zone",
        "cert-manager",
    }
    assert answered <= set(certificate.dependencies)


@every_environment
def test_the_api_server_asks_the_webhook_and_the_agent_asks_for_metrics(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    found = {each.name: each.inputs["spec"] for each in composed[stack].of(POLICY)}
    (edge,) = found["mys-cert-manager-webhook"]["ingress"]
    assert edge["ports"] == [{"protocol": "TCP", "port": 10250}]
    assert edge["from"][0]["podSelector"] == {"matchLabels": {"app": "konnectivity-agent"}}
    (edge,) = found["mys-cert-manager"]["ingress"]
    assert edge["ports"] == [{"protocol": "TCP", "port": 9402}]
    assert edge["from"][0]["podSelector"] == {"matchLabels": {"rsName": "ama-metrics"}}


def test_copies_of_charts_and_images_take_the_place_of_their_makers(folder: Path) -> None:
    made = edited_plan(
        folder, "dev", {"kubernetes": {"image_registry": "own.example/mirror", "charts": "oci://own.example/charts"}}
    )
    manager, controller = made.of(CERTIFICATES).manager, made.of(GATEWAY).controller
    assert (manager.chart, controller.chart) == (
        "oci://own.example/charts/cert-manager",
        "oci://own.example/charts/gateway-helm",
    )
    assert manager.values["imageRegistry"] == "own.example/mirror"
    assert controller.values["global"]["images"]["envoyGateway"]["image"].startswith("own.example/mirror/envoyproxy/")
    assert made.of(GATEWAY).gateway.image.startswith("own.example/mirror/envoyproxy/envoy:")
