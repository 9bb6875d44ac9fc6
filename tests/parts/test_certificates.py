"""The certificates of the cluster's gateway: who signs them, and who answers the challenges."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pulumi
import pytest

from stacks.parts.certificates.plan import CERTIFICATES
from stacks.plan.model import StackPlan
from tests.harness.build import compose_plan, every, one
from tests.harness.compose import CONTRACT, Composition
from tests.harness.settings import edited_plan, every_environment

PRIVATE_RECORD = "azure-native:privatedns:PrivateRecordSet"
ENDPOINTS = ("admin-api", "chain", "publisher", "story-api")


def label(stack: str) -> str:
    return "" if stack == "prod" else f"{stack}."


@every_environment
def test_the_certificate_is_for_the_origin_of_every_endpoint_in_the_cluster(
    stack: str, plans: Mapping[str, StackPlan]
) -> None:
    hosts = {f"{label(stack)}{each}-k8s.mystira.app" for each in ENDPOINTS}
    assert set(plans[stack].of(CERTIFICATES).hosts) == hosts


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
        if each.inputs["recordType"] == "CNAME"
    }
    assert found == {
        f"_acme-challenge.{label(stack)}{each}-k8s": f"{each}.acme.{stack}.mystira.app" for each in ENDPOINTS
    }


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
    text = (folder / "Pulumi.shared.yaml").read_text()
    (folder / "Pulumi.shared.yaml").write_text(text + f"  mystira:dns: {{adopt: {live}}}\n")
    domain = edited_plan(folder, "dev", {}).of(CERTIFICATES).domain
    assert domain is not None
    assert (domain.group, domain.id) == ("old-dns", live)


def test_without_an_authority_nothing_is_answered_and_a_person_is_told(folder: Path) -> None:
    made = edited_plan(folder, "dev", {"ingress.certificates": "none"})
    found = compose_plan(made)
    assert not every(found, "dns-zone")
    assert not every(found, "dns-record-set")
    assert "core-cert-manager" not in {each.name for each in every(found, "user-assigned-identity")}
    assert "gateway-certificate" in found.outputs["manual_steps"]
