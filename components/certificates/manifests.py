"""The issuer and the certificate (cert-manager v1.21.2: pkg/apis/certmanager/v1, pkg/apis/acme/v1)."""

from __future__ import annotations

from typing import Any

import pulumi

from components.certificates.facts import DURATION
from components.certificates.spec import AuthoritySpec, CertificateSpec
from components.kubernetes.awaits import until
from components.kubernetes.manifests import Manifest, metadata


def issuer(spec: CertificateSpec, client_id: pulumi.Input[str]) -> Manifest:
    """Who signs. An issuer of one namespace: nobody elsewhere gets a certificate from it."""
    kind: Manifest = {"selfSigned": {}} if spec.authority is None else {"acme": _acme(spec, spec.authority, client_id)}
    return {"metadata": _described(spec), "spec": kind}


def certificate(spec: CertificateSpec) -> Manifest:
    """The certificate. Its key is a new one each time."""
    own: dict[str, Any] = {
        "secretName": spec.name,
        "dnsNames": list(spec.hosts),
        "issuerRef": {"name": spec.name, "kind": "Issuer", "group": "cert-manager.io"},
        "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
        "usages": ["digital signature", "server auth"],
    }
    return {
        "metadata": _described(spec),
        "spec": own if spec.authority is not None else {**own, "duration": DURATION},
    }


def _described(spec: CertificateSpec) -> Manifest:
    return metadata(spec.labels, name=spec.name, namespace=spec.namespace, annotations=until("Ready"))


def _acme(spec: CertificateSpec, authority: AuthoritySpec, client_id: pulumi.Input[str]) -> Manifest:
    """Challenges are answered in the zone to which the CNAME of each host leads: cert-manager follows it."""
    zone = {
        "subscriptionID": authority.subscription_id,
        "resourceGroupName": authority.resource_group,
        "hostedZoneName": authority.zone,
        "environment": "AzurePublicCloud",
        "managedIdentity": {"clientID": client_id, "tenantID": authority.tenant_id},
    }
    return {
        "server": authority.server,
        "privateKeySecretRef": {"name": f"{spec.name}-account"},
        "solvers": [{"dns01": {"cnameStrategy": "Follow", "azureDNS": zone}}],
    }
