"""The Service Bus namespace."""

from __future__ import annotations

from components.network.virtual_network import VirtualNetwork
from components.service_bus.namespace import ServiceBus
from components.service_bus.spec import ServiceBusSpec
from stacks.catalogue.needs.messages import Messages
from stacks.parts.network.plan import NETWORK_SCOPE
from stacks.parts.service_bus.plan import NAMESPACE_SCOPE, ZONES
from stacks.parts.site import Site


def build_service_bus(site: Site, spec: ServiceBusSpec) -> None:
    """Register the namespace with its queues, topics and subscriptions."""
    made = ServiceBus(
        "core",
        spec,
        site.place(),
        site.around,
        private=site.private(spec.private_endpoint, "namespace", ZONES) if spec.private_endpoint else None,
        outbound_ips=site.component(VirtualNetwork, NETWORK_SCOPE).outbound_ips,
        opts=site.options(),
    )
    site.resources.put(NAMESPACE_SCOPE, made.id)
    for name, id in made.queue_ids.items():
        site.resources.put(f"queue/{name}", id)
    for event, id in made.topic_ids.items():
        site.resources.put(f"topic/{event}", id)
    for (event, service), id in made.subscription_ids.items():
        site.resources.put(f"topic/{event}/{service}", id)
    site.products.put(Messages.NAMESPACE, made.host)
    for service, text in made.connection_strings.items():
        site.products.put(Messages.CONNECTION_STRING.format(service=service), text)
