"""What the way into the cluster consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class LinkSpec:
    """The load balancer of the gateway, and the private link service in front of it."""

    name: str
    """Physical name of the private link service."""
    resource_group: str
    """Its resource group."""
    subscription_id: str
    """The one subscription that sees it."""
    subnet: str
    """The name of the subnet that both are in."""
    address: str
    """The address of the load balancer."""
    idle_minutes: int
    """After how many minutes without a byte it ends a connection: 4 to 30."""


@dataclass(frozen=True)
class GatewaySpec:
    """A gateway and its proxies."""

    name: str
    """Its name in the cluster, that of its class and of everything that it makes."""
    namespace: str
    """The namespace that it is in."""
    services: str
    """The namespace whose routes it takes."""
    labels: Mapping[str, str]
    """Of every object that is its own."""
    proxy_labels: Mapping[str, str]
    """Those of its proxies, by which they are spread."""
    certificate: str
    """The name of the Secret with its certificate, in its namespace."""
    image: str
    """The proxy's image."""
    minimum: int
    """Proxies at the least."""
    maximum: int
    """Proxies at the most."""
    node_selector: Mapping[str, str]
    """The labels of the nodes on which they run."""
    link: LinkSpec
    """What Azure makes in front of it."""


@dataclass(frozen=True)
class RouteSpec:
    """The way of an endpoint's hosts to the Service behind it."""

    kind: str
    """``http-route`` or ``grpc-route``, a key of the type table."""
    name: str
    """Its name in the cluster."""
    namespace: str
    """The namespace that it is in."""
    labels: Mapping[str, str]
    """The labels of its objects."""
    hosts: tuple[str, ...]
    """The hosts that it is for."""
    service: str
    """The name of the Service."""
    port: int
    """Its port."""
    clients: tuple[str, ...]
    """The only ranges from which it is reached; empty: whoever reaches the gateway."""
