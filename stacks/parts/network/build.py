"""The virtual network of an environment, and the private DNS that every private path resolves through."""

from __future__ import annotations

from components.network.private_dns import PrivateDns
from components.network.spec import NetworkSpec
from components.network.virtual_network import VirtualNetwork
from stacks.parts.network.plan import NETWORK_SCOPE
from stacks.parts.site import Site


def build_network(site: Site, spec: NetworkSpec) -> None:
    """Register the network and the private DNS zones of everything that the plan reaches privately."""
    place = site.place("core")
    network = VirtualNetwork("core", spec, place, site.around, site.options())
    zones = PrivateDns(
        "core",
        site.plan.zones,
        place,
        link=spec.zone_link,
        network_id=network.id,
        addresses=spec.addresses,
        opts=site.options(),
    )
    site.components.put(NETWORK_SCOPE, network)
    site.resources.put(NETWORK_SCOPE, network.id)
    for key, id in network.subnet_ids.items():
        site.resources.put(f"subnet/{key}", id)
    for zone, id in zones.zone_ids.items():
        site.zones.put(zone, id)
    site.outputs.put("network_id", network.id)
    site.outputs.put("outbound_ips", network.outbound_ips)
