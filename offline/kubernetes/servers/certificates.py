"""The certificates of a cluster: an authority of its own, and what it signs.

They are made with the store and stay as long as it does: the authority's certificate is in every kubeconfig. A process
of its own makes them: importing ``cryptography`` takes longer than most of what other processes do.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from offline.kubernetes.servers.places import ACCOUNTS, ADMIN, AUTHORITY, CONTROLLERS, LOCALHOST, SERVER

VALID = timedelta(days=36500)
"""Offline worlds are kept and returned to; nobody renews their certificates."""

MASTERS = "system:masters"
"""The group that may do everything (Kubernetes: Using RBAC Authorization, user-facing roles)."""

_PURPOSES = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])


def make_certificates(folder: Path, fqdn: str, service_address: str) -> None:
    """Write the pairs of a cluster into ``folder``.

    ``service_address`` is the address of the service ``kubernetes``: the first of the service range.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key = _key(folder, AUTHORITY)
    name = _name("ca")
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    authority = _builder(name, name, key).add_extension(constraints, critical=True).sign(key, hashes.SHA256())
    _write(folder / f"{AUTHORITY}.crt", authority.public_bytes(serialization.Encoding.PEM))
    names = [fqdn, "localhost", *("kubernetes.default.svc.cluster.local".rsplit(".", cut)[0] for cut in range(5))]
    addresses = [ipaddress.ip_address(each) for each in (LOCALHOST, service_address)]
    alternatives = [*map(x509.DNSName, names), *map(x509.IPAddress, addresses)]
    for pair, subject, others in (
        (SERVER, _name("apiserver"), alternatives),
        # AKS has no such identity with local accounts off; here the played controllers and the tests use it.
        (ADMIN, _name("masterclient", MASTERS), []),
        # All controllers share one identity: service accounts of their own would be made first, at every start.
        (CONTROLLERS, _name("system:kube-controller-manager", MASTERS), []),
    ):
        made = _builder(subject, name, _key(folder, pair)).add_extension(_PURPOSES, critical=False)
        if others:
            made = made.add_extension(x509.SubjectAlternativeName(others), critical=False)
        signed = made.sign(key, hashes.SHA256())
        _write(folder / f"{pair}.crt", signed.public_bytes(serialization.Encoding.PEM))
    _key(folder, ACCOUNTS)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # The clocks of machines differ a little.
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + VALID)
    )


def _name(common: str, organization: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organization:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(parts)


def _key(folder: Path, name: str) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    # The API server takes no PKCS #8 where it reads the key of service accounts as a public one.
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    _write(folder / f"{name}.key", text)
    return key


def _write(path: Path, text: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)


if __name__ == "__main__":
    make_certificates(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
