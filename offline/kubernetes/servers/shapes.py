"""What the servers take from their cluster, as the offline cloud holds it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from offline.azure.behaviour import at
from offline.world.objects import CloudObject

SERVICE_RANGE = "10.0.0.0/16"
"""AKS' default (Microsoft: Create AKS clusters, ``serviceCidr``)."""
ISSUER = "https://kubernetes.default.svc.cluster.local"
"""Who issues the tokens of service accounts where the cluster has no issuer of its own."""


@dataclass(frozen=True)
class Shape:
    """A cluster as its servers see it."""

    fqdn: str
    service_range: str = SERVICE_RANGE
    issuer: str = ISSUER

    @classmethod
    def of(cls, cluster: CloudObject) -> Shape:
        """The shape of a cluster."""
        return cls(
            str(cluster.body["fqdn"]),
            str(at(cluster.body, "networkProfile", "serviceCidr") or SERVICE_RANGE),
            str(at(cluster.body, "oidcIssuerProfile", "issuerURL") or ISSUER),
        )

    @property
    def service_address(self) -> str:
        """The address of the service ``kubernetes``: the first of the range."""
        return str(ipaddress.ip_network(self.service_range)[1])
