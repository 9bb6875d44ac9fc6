"""The kinds of cert-manager."""

from __future__ import annotations

from offline.kubernetes.played.definitions.shape import CONDITION, FLAG, NUMBER, TEXT, TEXTS, Definition

_GROUP = "cert-manager.io"
_SOURCE = "cert-manager/cert-manager v1.21.2, pkg/apis/certmanager/v1, pkg/apis/acme/v1"
_KEY = {"name": TEXT, "key": TEXT}
_SOLVER = {
    "selector": {"dnsNames": [TEXT], "dnsZones": [TEXT], "matchLabels": TEXTS},
    "dns01": {
        "cnameStrategy": TEXT,
        "azureDNS": {
            "subscriptionID": TEXT,
            "resourceGroupName": TEXT,
            "hostedZoneName": TEXT,
            "environment": TEXT,
            "managedIdentity": {"clientID": TEXT, "tenantID": TEXT},
        },
    },
}
_ISSUER = {
    "acme": {
        "server": TEXT,
        "email": TEXT,
        "preferredChain": TEXT,
        "profile": TEXT,
        "privateKeySecretRef": _KEY,
        "solvers": [_SOLVER],
    },
    "selfSigned": {},
    "ca": {"secretName": TEXT},
}
_ISSUER_STATUS = {
    "conditions": [CONDITION],
    "acme": {"uri": TEXT, "lastRegisteredEmail": TEXT, "lastPrivateKeyHash": TEXT},
}
_CERTIFICATE = {
    "secretName": TEXT,
    "secretTemplate": {"labels": TEXTS, "annotations": TEXTS},
    "commonName": TEXT,
    "dnsNames": [TEXT],
    "duration": TEXT,
    "renewBefore": TEXT,
    "isCA": FLAG,
    "usages": [TEXT],
    "revisionHistoryLimit": NUMBER,
    "privateKey": {"algorithm": TEXT, "encoding": TEXT, "size": NUMBER, "rotationPolicy": TEXT},
    "issuerRef": {"name": TEXT, "kind": TEXT, "group": TEXT},
}
_CERTIFICATE_STATUS = {
    "conditions": [CONDITION],
    "notBefore": TEXT,
    "notAfter": TEXT,
    "renewalTime": TEXT,
    "revision": NUMBER,
}

DEFINITIONS = (
    Definition(_GROUP, "Issuer", "issuers", ("v1",), _SOURCE, _ISSUER, _ISSUER_STATUS),
    Definition(_GROUP, "ClusterIssuer", "clusterissuers", ("v1",), _SOURCE, _ISSUER, _ISSUER_STATUS, namespaced=False),
    Definition(_GROUP, "Certificate", "certificates", ("v1",), _SOURCE, _CERTIFICATE, _CERTIFICATE_STATUS),
)
