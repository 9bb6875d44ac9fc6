"""Key pairs and certificates as a certificate authority would give them; the public one is made up here."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes

from offline.kubernetes.played.api import Object

DAYS = 90
"""How long Let's Encrypt's certificates and, by default, cert-manager's own are valid."""

_CURVES: Mapping[int, type[ec.EllipticCurve]] = {256: ec.SECP256R1, 384: ec.SECP384R1, 521: ec.SECP521R1}
AUTHORITY = "Offline certificate authority"


@dataclass(frozen=True)
class Signed:
    """What a Secret of the type ``kubernetes.io/tls`` holds, in PEM."""

    certificate: bytes
    key: bytes
    authority: bytes
    """The certificate of who signed; empty for a public authority."""


def sign(spec: Mapping[str, Any], *, own: bool, authority: Object | None) -> Signed:
    """Sign what a Certificate (its ``spec``) asks for: by its own key, by a Secret of an authority, else by a public
    one, whose key nobody keeps."""
    key = _key(spec.get("privateKey") or {})
    hosts = spec.get("dnsNames") or []
    name = _name(str(spec.get("commonName") or (hosts[0] if hosts else "")))
    issuer, signer, chain = name, key, b""
    if authority is not None:
        data = {part: base64.b64decode(value) for part, value in authority["data"].items()}
        loaded = serialization.load_pem_private_key(data["tls.key"], None)
        if not isinstance(loaded, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
            raise ValueError("the key of the authority cannot sign")
        issuer, signer, chain = x509.load_pem_x509_certificate(data["tls.crt"]).subject, loaded, data["tls.crt"]
    elif not own:
        issuer, signer = _name(AUTHORITY), ec.generate_private_key(ec.SECP256R1())
    made = _certificate(name, issuer, key, signer, hosts, authority=bool(spec.get("isCA")))
    plain = serialization.NoEncryption()
    encoding = serialization.Encoding.PEM
    form = serialization.PrivateFormat
    shape = form.PKCS8 if (spec.get("privateKey") or {}).get("encoding") == "PKCS8" else form.TraditionalOpenSSL
    shape = form.PKCS8 if isinstance(key, ed25519.Ed25519PrivateKey) else shape
    pem = made.public_bytes(encoding)
    return Signed(pem, key.private_bytes(encoding, shape, plain), chain or (pem if own else b""))


def _key(asked: Mapping[str, Any]) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey:
    algorithm = asked.get("algorithm") or "RSA"
    if algorithm == "ECDSA":
        return ec.generate_private_key(_CURVES[int(asked.get("size") or 256)]())
    if algorithm == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, int(asked.get("size") or 2048))


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common[:64])] if common else [])


def _certificate(
    name: x509.Name,
    issuer: x509.Name,
    key: CertificateIssuerPrivateKeyTypes,
    signer: CertificateIssuerPrivateKeyTypes,
    hosts: list[str],
    *,
    authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now,
        not_valid_after=now + timedelta(days=DAYS),
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(each) for each in hosts])
        builder = builder.add_extension(names, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    return builder.sign(signer, None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256())
