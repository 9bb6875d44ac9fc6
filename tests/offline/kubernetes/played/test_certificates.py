"""Issuers and certificates: who signs, and why nobody does."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from components.facts.roles import PIPELINE_ROLES, definition_id
from offline.azure.behaviour import guid
from offline.kubernetes.played import certificates, kinds
from offline.kubernetes.played.api import Object
from offline.kubernetes.played.turn import Turn, holds
from tests.harness.compose import TENANT
from tests.harness.memory_api import MemoryApi
from tests.harness.offline import GROUP, token_of
from tests.harness.played import SUBSCRIPTION, Estate, object_of

DOMAIN, ANSWERS, HOST = "mystira.app", "acme.dev.mystira.app", "dev.admin-api-k8s.mystira.app"
SIGNER, INGRESS = "mys-cert-manager", "mys-gateway"
API = "cert-manager.io/v1"
ALIAS = "_acme-challenge.dev.admin-api-k8s"


class Signing:
    """cert-manager in a cluster in memory, beside the zones of its cloud."""

    def __init__(self, folder: Path) -> None:
        self.estate = Estate(folder).build()
        labels = {"app.kubernetes.io/name": "cert-manager", "app.kubernetes.io/component": "controller"}
        spec = {"serviceAccountName": "cert-manager", "containers": [{"args": ["--issuer-ambient-credentials"]}]}
        pods = {"metadata": {"labels": {"azure.workload.identity/use": "true"}}, "spec": spec}
        controller = object_of(
            "Deployment",
            "cert-manager",
            SIGNER,
            "apps/v1",
            metadata={"labels": labels},
            spec={"template": pods},
            status={"conditions": [{"type": "Available", "status": "True"}]},
        )
        self.api = MemoryApi(controller)

    def zones(self) -> None:
        """The zone of the domain, that of the answers, and who may write there."""
        zone, records = "azure-native:dns:Zone", "azure-native:dns:RecordSet"
        self.estate.make(zone, zoneName=DOMAIN, location="global")
        self.zone = self.estate.make(zone, zoneName=ANSWERS, location="global")
        servers = [{"nsdname": each} for each in self.zone.properties["nameServers"]]
        inside = {"zoneName": DOMAIN, "ttl": 300}
        self.delegation = self.estate.make(
            records, relativeRecordSetName="acme.dev", recordType="NS", nsRecords=servers, **inside
        )
        target = {"cname": f"admin-api.{ANSWERS}"}
        self.alias = self.estate.make(
            records, relativeRecordSetName=ALIAS, recordType="CNAME", cnameRecord=target, **inside
        )
        self.identity = self.estate.federated("mys-dev-corecertmanager-identity-san", "cert-manager", SIGNER).properties

    def grant(self) -> None:
        self.estate.make(
            token_of("role-assignment"),
            scope=self.zone.id,
            roleAssignmentName=guid("acme"),
            roleDefinitionId=definition_id(PIPELINE_ROLES["dns-contributor"], SUBSCRIPTION),
            principalId=self.identity["principalId"],
            principalType="ServicePrincipal",
        )

    def issuer(self, **spec: Any) -> None:
        self.api.create(object_of("Issuer", "origin", INGRESS, API, spec=spec))

    def acme(self, strategy: str = "Follow", **settings: Any) -> None:
        azure = {
            "subscriptionID": SUBSCRIPTION,
            "resourceGroupName": GROUP,
            "hostedZoneName": ANSWERS,
            "managedIdentity": {"clientID": self.identity["clientId"], "tenantID": TENANT},
            **settings,
        }
        solver = {"dns01": {"cnameStrategy": strategy, "azureDNS": azure}}
        account = {"name": "origin-account"}
        self.issuer(
            acme={"server": "https://acme.example/directory", "privateKeySecretRef": account, "solvers": [solver]}
        )

    def certificate(self, **more: Any) -> str:
        """Why a certificate is not issued; empty where it is."""
        spec = {
            "secretName": "origin",
            "dnsNames": [HOST],
            "issuerRef": {"name": "origin"},
            "privateKey": {"algorithm": "ECDSA", "size": 256},
            **more,
        }
        self.api.create(object_of("Certificate", "origin", INGRESS, API, spec=spec))
        self.step()
        self.step()
        if holds(self.found(), "Ready"):
            return ""
        assert self.found()["status"]["conditions"][1]["message"] == certificates.MISSING
        found = [each for each in self.api.list(kinds.EVENT) if each["involvedObject"]["kind"] == "Certificate"]
        return found[-1]["message"]

    def found(self) -> Object:
        found = self.api.get(kinds.CERTIFICATE, "origin", INGRESS)
        assert found is not None
        return found

    def step(self) -> None:
        found = self.estate.world.get(self.estate.cluster.id)
        assert found is not None
        certificates.act(Turn(self.api, self.estate.world, found))

    def signed(self) -> x509.Certificate:
        secret = self.api.get(kinds.SECRET, "origin", INGRESS)
        assert secret is not None
        assert secret["type"] == "kubernetes.io/tls"
        return x509.load_pem_x509_certificate(base64.b64decode(secret["data"]["tls.crt"]))


@pytest.fixture
def signing(tmp_path: Path) -> Signing:
    return Signing(tmp_path)


@pytest.fixture
def acme(signing: Signing) -> Signing:
    signing.zones()
    return signing


def test_a_cluster_signs_for_itself(signing: Signing) -> None:
    signing.issuer(selfSigned={})
    assert signing.certificate() == ""
    made = signing.signed()
    assert made.issuer == made.subject
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [HOST]
    written = signing.api.writes
    signing.step()
    assert signing.api.writes == written


def test_an_authority_of_the_cluster_signs_once_its_secret_is_there(signing: Signing) -> None:
    signing.issuer(ca={"secretName": "root"})
    assert signing.certificate() == "Referenced issuer does not have a Ready status condition"
    issuer = signing.api.get(kinds.ISSUER, "origin", INGRESS)
    assert issuer is not None
    told = issuer["status"]["conditions"][0]
    assert (told["reason"], told["message"]) == (
        "ErrGetKeyPair",
        'Error getting keypair for CA issuer: secrets "root" not found',
    )


def test_the_public_authority_signs_where_its_challenge_is_answered(acme: Signing) -> None:
    acme.grant()
    acme.acme()
    assert acme.certificate() == ""
    assert acme.signed().issuer != acme.signed().subject
    assert acme.api.get(kinds.SECRET, "origin-account", INGRESS) is not None


def test_another_host_is_another_certificate(acme: Signing) -> None:
    acme.grant()
    acme.acme()
    assert acme.certificate() == ""
    first = acme.signed().serial_number
    acme.api.patch(kinds.CERTIFICATE, "origin", INGRESS, {"spec": {"dnsNames": [f"other.{HOST}", HOST]}})
    acme.step()
    assert acme.signed().serial_number == first
    assert not holds(acme.found(), "Ready")


def test_without_the_right_in_the_zone_nobody_signs(acme: Signing) -> None:
    acme.acme()
    said = acme.certificate()
    assert said.startswith("Error presenting challenge: PUT https://management.azure.com/subscriptions/")
    assert "perform action 'Microsoft.Network/dnsZones/TXT/write'" in said
    acme.grant()
    acme.step()
    acme.step()
    assert holds(acme.found(), "Ready")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"hostedZoneName": "elsewhere.app"}, "ERROR CODE: ResourceNotFound"),
        ({"managedIdentity": {"clientID": "0" * 8}}, "AADSTS700016"),
        ({"managedIdentity": {}}, "Identity not found"),
        ({"strategy": "None"}, 'Waiting for DNS-01 challenge propagation: DNS record for "dev.admin-api-k8s'),
    ],
)
def test_why_a_challenge_is_not_answered(acme: Signing, settings: dict[str, Any], message: str) -> None:
    acme.grant()
    acme.acme(**settings)
    assert message in acme.certificate()


@pytest.mark.parametrize("missing", ["alias", "delegation"])
def test_the_authority_must_find_the_answer(acme: Signing, missing: str) -> None:
    acme.grant()
    gone = getattr(acme, missing)
    with acme.estate.world.writing("test", "", gone.id) as cloud:
        cloud.delete(gone.id)
    acme.acme()
    assert "not yet propagated" in acme.certificate()


def test_a_private_zone_hides_the_public_alias(acme: Signing) -> None:
    acme.grant()
    acme.acme()
    private = acme.estate.make("azure-native:privatedns:PrivateZone", privateZoneName=HOST, location="global")
    acme.estate.make(
        "azure-native:privatedns:VirtualNetworkLink",
        privateZoneName=HOST,
        virtualNetworkLinkName="core",
        location="global",
        registrationEnabled=False,
        virtualNetwork={"id": acme.estate.network_id},
    )
    assert "not yet propagated" in acme.certificate()
    acme.estate.make(
        "azure-native:privatedns:PrivateRecordSet",
        privateZoneName=HOST,
        relativeRecordSetName="_acme-challenge",
        recordType="CNAME",
        ttl=300,
        cnameRecord={"cname": f"admin-api.{ANSWERS}"},
    )
    acme.step()
    acme.step()
    assert holds(acme.found(), "Ready"), private.id


def test_an_issuer_of_a_namespace_needs_the_controllers_leave(acme: Signing) -> None:
    acme.grant()
    acme.acme()
    template = {"spec": {"serviceAccountName": "cert-manager", "containers": [{"args": []}]}}
    acme.api.patch(kinds.DEPLOYMENT, "cert-manager", SIGNER, {"spec": {"template": template}})
    assert "--issuer-ambient-credentials" in acme.certificate()


def test_a_host_without_a_solver_gets_no_challenge(acme: Signing) -> None:
    acme.acme()
    solver = {"selector": {"dnsZones": ["else.where"]}, "dns01": {"azureDNS": {}}}
    acme.api.patch(kinds.ISSUER, "origin", INGRESS, {"spec": {"acme": {"solvers": [solver]}}})
    assert acme.certificate() == "no configured challenge solvers can be used for this challenge"


def test_nobody_signs_without_an_issuer_or_a_controller(signing: Signing) -> None:
    assert signing.certificate() == 'Referenced "Issuer" not found'
    signing.issuer(selfSigned={})
    signing.api.delete(kinds.DEPLOYMENT, "cert-manager", SIGNER)
    signing.step()
    assert not holds(signing.found(), "Ready")
