"""cert-manager's controllers: issuers, certificates and their Secrets.

Conditions and texts: cert-manager v1.21.2 (pkg/issuer, pkg/controller/issuers, pkg/controller/certificates,
internal/controller/certificates/policies). They act while cert-manager's Deployment is available. Requests, orders and
challenges have no objects of their own here: what is wrong with one is an event of its certificate.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from offline.kubernetes.played.api import Api, ApiError, Kind, Object
from offline.kubernetes.played.challenges import challenge
from offline.kubernetes.played.kinds import CERTIFICATE, CLUSTER_ISSUER, DEPLOYMENT, ISSUER, SECRET, SERVICE_ACCOUNT
from offline.kubernetes.played.signing import Signed, sign
from offline.kubernetes.played.turn import CONFLICT, Turn, condition, digest, holds, merged

NAME = "cert-manager-certificates-issuing"
SELECTOR = "app.kubernetes.io/name=cert-manager,app.kubernetes.io/component=controller"
_PREFIX = "cert-manager.io/"
READY = "Certificate is up to date and has not expired"
MISSING = "Issuing certificate as Secret does not exist"
STALE = "Issuing certificate as Existing issued Secret is not up to date for spec"
ISSUED_FOR = _PREFIX + "issued-for"
"""Our own annotation of a Secret: a hash of what its certificate was asked for with."""


def act(turn: Turn) -> None:
    """Say of each issuer whether it is ready, and issue each certificate that can be."""
    if not turn.api.known(CERTIFICATE):
        return
    found = turn.api.list(DEPLOYMENT, labels=SELECTOR)
    controller = next((each for each in found if holds(each, "Available")), None)
    if controller is None:
        return
    place = controller["metadata"]["namespace"]
    for kind in (ISSUER, CLUSTER_ISSUER):
        for each in turn.api.list(kind):
            _issuer(turn, kind, each, each["metadata"].get("namespace") or place)
    for each in turn.api.list(CERTIFICATE):
        _certificate(turn, each, controller)


def _issuer(turn: Turn, kind: Kind, issuer: Object, place: str) -> None:
    spec = issuer["spec"]
    if "acme" in spec:
        key = spec["acme"]["privateKeySecretRef"]["name"]
        if turn.api.get(SECRET, key, place) is None:
            _create(
                turn.api, {"metadata": {"name": key, "namespace": place}, "data": {"tls.key": _encoded(b"account")}}
            )
        text = "The ACME account was registered with the ACME server"
        account = {"uri": f"{spec['acme']['server']}/acct/{digest(issuer['metadata']['uid'], 8)}"}
        if spec["acme"].get("email"):
            account["lastRegisteredEmail"] = spec["acme"]["email"]
        ready = condition("Ready", True, "ACMEAccountRegistered", text, issuer)
        turn.status(kind, issuer, {"conditions": [ready], "acme": account})
        return
    ready = condition("Ready", True, "IsReady", "", issuer)
    if "ca" in spec:
        ready = condition("Ready", True, "KeyPairVerified", "Signing CA verified", issuer)
        name = spec["ca"]["secretName"]
        if turn.api.get(SECRET, name, place) is None:
            text = f'Error getting keypair for CA issuer: secrets "{name}" not found'
            ready = condition("Ready", False, "ErrGetKeyPair", text, issuer)
    turn.status(kind, issuer, {"conditions": [ready]})


def _certificate(turn: Turn, certificate: Object, controller: Object) -> None:
    spec, metadata = certificate["spec"], certificate["metadata"]
    if metadata.get("deletionTimestamp"):
        return
    place, asked = metadata["namespace"], digest(repr(sorted(_asked(spec).items())), 16)
    secret = turn.api.get(SECRET, spec["secretName"], place)
    annotations = ((secret or {}).get("metadata") or {}).get("annotations") or {}
    if secret is not None and annotations.get(ISSUED_FOR) == asked:
        _ready(turn, certificate, secret)
        return
    reason, text = ("DoesNotExist", MISSING) if secret is None else ("SecretMismatch", STALE)
    told = [condition("Issuing", True, reason, text, certificate), condition("Ready", False, reason, text, certificate)]
    problem = _refusal(turn, certificate, controller)
    if problem:
        turn.status(CERTIFICATE, certificate, {"conditions": told})
        turn.event(certificate, NAME, *problem)
        return
    signed = _signed(turn, certificate, controller)
    _write(turn.api, certificate, signed, secret, asked)
    turn.event(certificate, NAME, "Issuing", "The certificate has been successfully issued", warning=False)


def _asked(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What makes another certificate of a certificate where it changes."""
    return {key: value for key, value in spec.items() if key not in ("secretTemplate", "revisionHistoryLimit")}


def _reference(turn: Turn, certificate: Object, controller: Object) -> tuple[Object | None, str, str]:
    """The issuer of a certificate, its kind, and the namespace of its Secrets."""
    reference, place = certificate["spec"]["issuerRef"], certificate["metadata"]["namespace"]
    kind = reference.get("kind") or ISSUER.kind
    if kind == CLUSTER_ISSUER.kind:
        return turn.api.get(CLUSTER_ISSUER, reference["name"]), kind, controller["metadata"]["namespace"]
    return turn.api.get(ISSUER, reference["name"], place), kind, place


def _refusal(turn: Turn, certificate: Object, controller: Object) -> tuple[str, str] | None:
    """Reason and text of what keeps a certificate from being issued."""
    issuer, kind, _ = _reference(turn, certificate, controller)
    if issuer is None:
        return "IssuerNotFound", f'Referenced "{kind}" not found'
    if not holds(issuer, "Ready"):
        return "IssuerNotReady", "Referenced issuer does not have a Ready status condition"
    if "acme" not in issuer["spec"]:
        return None
    own = controller["spec"]["template"]["spec"].get("serviceAccountName") or "default"
    account = turn.api.get(SERVICE_ACCOUNT, own, controller["metadata"]["namespace"])
    problem = challenge(turn, issuer, controller, account, certificate)
    return ("PresentError", problem) if problem else None


def _signed(turn: Turn, certificate: Object, controller: Object) -> Signed:
    issuer, _, place = _reference(turn, certificate, controller)
    spec = (issuer or {}).get("spec") or {}
    authority = turn.api.get(SECRET, spec["ca"]["secretName"], place) if "ca" in spec else None
    return sign(certificate["spec"], own="selfSigned" in spec, authority=authority)


def _write(api: Api, certificate: Object, signed: Signed, before: Object | None, asked: str) -> None:
    spec, metadata = certificate["spec"], certificate["metadata"]
    reference, template = spec["issuerRef"], spec.get("secretTemplate") or {}
    annotations = {
        **(template.get("annotations") or {}),
        _PREFIX + "certificate-name": metadata["name"],
        _PREFIX + "alt-names": ",".join(spec.get("dnsNames") or []),
        _PREFIX + "common-name": spec.get("commonName") or "",
        _PREFIX + "issuer-name": reference["name"],
        _PREFIX + "issuer-kind": reference.get("kind") or ISSUER.kind,
        _PREFIX + "issuer-group": reference.get("group") or "cert-manager.io",
        ISSUED_FOR: asked,
    }
    data = {"tls.crt": signed.certificate, "tls.key": signed.key, "ca.crt": signed.authority}
    head = {
        "name": spec["secretName"],
        "labels": {**(template.get("labels") or {}), "controller.cert-manager.io/fao": "true"},
        "annotations": annotations,
    }
    body = {"data": {key: _encoded(value) for key, value in data.items() if value}}
    if before is None:
        _create(api, {"metadata": {**head, "namespace": metadata["namespace"]}, "type": "kubernetes.io/tls", **body})
    else:
        api.patch(SECRET, spec["secretName"], metadata["namespace"], {"metadata": head, **body})


def _create(api: Api, body: Object) -> None:
    try:
        api.create({"apiVersion": SECRET.api_version, "kind": SECRET.kind, **body})
    except ApiError as error:
        if error.code != CONFLICT:
            raise


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _ready(turn: Turn, certificate: Object, secret: Object) -> None:
    begun = datetime.fromisoformat(str(secret["metadata"]["creationTimestamp"]).replace("Z", "+00:00")).astimezone(UTC)
    ends = begun + timedelta(days=90)
    left = [each for each in (certificate.get("status") or {}).get("conditions") or [] if each["type"] == "Issuing"]
    ready = condition("Ready", True, "Ready", READY, certificate)
    if holds(certificate, "Ready") and not left and certificate["status"].get("notAfter"):
        return
    times = {"notBefore": begun, "notAfter": ends, "renewalTime": begun + timedelta(days=60)}
    shown = {name: value.strftime("%Y-%m-%dT%H:%M:%SZ") for name, value in times.items()}
    others = [each for each in (certificate.get("status") or {}).get("conditions") or [] if each["type"] == "Ready"]
    status = {"conditions": merged(others, (ready,)), "revision": 1, **shown}
    turn.api.patch_status(CERTIFICATE, certificate["metadata"]["name"], certificate["metadata"]["namespace"], status)
