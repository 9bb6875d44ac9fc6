"""What certificates of the cluster's gateway consist of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.dns.spec import RecordSetSpec
from components.identity.spec import IdentitySpec


@dataclass(frozen=True)
class ChallengesSpec:
    """Where a certificate authority finds the answers to its challenges (RFC 8555, DNS-01)."""

    zone: str
    """The public zone that holds the answers and nothing else: ``acme.dev.mystira.app``."""
    delegation: RecordSetSpec
    """The NS record set of that zone in the zone of the domain."""
    aliases: Mapping[str, str]
    """Names below the zone of the domain, such as ``_acme-challenge.dev.admin-api-k8s`` → the name below :attr:`zone`
    at which the answer is."""
    private_aliases: Mapping[str, str]
    """Private zones that hide a host from everybody in the network → the same for their host."""
    authorities: Mapping[str, tuple[str, ...]]
    """Names below the zone of the domain that the certificate is for, such as ``dev.admin-api-k8s`` → who may sign for
    them, as values of a CAA set: the zone itself names another authority."""
    ttl: int
    """For how many seconds resolvers keep these records."""
    identity: IdentitySpec
    """The identity that writes the answers."""
    account: str
    """The name of the identity's federated credential, that of the service account that is it."""
    subject: str
    """What the tokens of that service account say it is."""


@dataclass(frozen=True)
class AuthoritySpec:
    """The certificate authority that signs, and where it finds the answers to its challenges."""

    server: str
    """The URL of its ACME directory."""
    subscription_id: str
    """The subscription of :attr:`zone`."""
    resource_group: str
    """The resource group of :attr:`zone`."""
    zone: str
    """The public zone in which challenges are answered."""
    tenant_id: str
    """The tenant in which the identity that answers logs in."""


@dataclass(frozen=True)
class CertificateSpec:
    """The one certificate of the gateway, in the gateway's namespace."""

    name: str
    """Its name, that of its issuer and of the Secret that holds it."""
    namespace: str
    """The namespace that it is in."""
    labels: Mapping[str, str]
    """The labels of its objects."""
    hosts: tuple[str, ...]
    """The names in it."""
    authority: AuthoritySpec | None
    """Who signs it; ``None``: the cluster itself."""
