"""The Service Bus emulator, fed with the plan: what is published reaches every subscription and nobody else."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from azure.servicebus import ServiceBusClient, ServiceBusMessage
from azure.servicebus.exceptions import ServiceBusError

from components.service_bus.spec import ServiceBusSpec
from mystira.choosing import plan_for
from stacks.parts.service_bus.plan import SERVICE_BUS
from tests.integration.conftest import named

VARIABLE = "MYSTIRA_SERVICE_BUS"
"""The host of an emulator that was fed by ``python -m tools.integration.service_bus dev``."""
STARTS_WITHIN_SECONDS = 180
WAIT_SECONDS = 30


@pytest.fixture(scope="module")
def bus() -> ServiceBusSpec:
    """What the emulator was fed with: the committed settings of dev."""
    return plan_for("dev").of(SERVICE_BUS)


@pytest.fixture(scope="module")
def client(bus: ServiceBusSpec) -> Iterator[ServiceBusClient]:
    """The emulator, once it answers. It takes any key."""
    line = f"Endpoint=sb://{named(VARIABLE)};SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=any;"
    with ServiceBusClient.from_connection_string(f"{line}UseDevelopmentEmulator=true;", retry_total=0) as client:
        end = time.monotonic() + STARTS_WITHIN_SECONDS
        while True:
            try:
                with client.get_queue_receiver(bus.queues[0].name) as receiver:
                    receiver.receive_messages(max_wait_time=1)
                break
            except (ServiceBusError, OSError):
                if time.monotonic() > end:
                    raise
                time.sleep(5)
        yield client


@pytest.mark.requirement("S0-40", "S1-109")
def test_what_is_published_reaches_every_subscription(client: ServiceBusClient, bus: ServiceBusSpec) -> None:
    assert any(topic.subscriptions for topic in bus.topics)
    for topic in bus.topics:
        with client.get_topic_sender(topic.entity.name) as sender:
            sender.send_messages(ServiceBusMessage(topic.key, message_id=f"{topic.key}-{time.time_ns()}"))
    for topic in bus.topics:
        for subscription in topic.subscriptions:
            with client.get_subscription_receiver(topic.entity.name, subscription) as receiver:
                got = receiver.receive_messages(max_message_count=5, max_wait_time=WAIT_SECONDS)
                assert [str(each) for each in got] == [topic.key], (topic.key, subscription)
                receiver.complete_message(got[0])


@pytest.mark.requirement("S1-109")
def test_a_queue_gives_a_message_back_until_it_is_a_dead_letter(client: ServiceBusClient, bus: ServiceBusSpec) -> None:
    queue = min(bus.queues, key=lambda each: each.max_delivery_count)
    with client.get_queue_sender(queue.name) as sender:
        sender.send_messages(ServiceBusMessage("poison", message_id=f"poison-{time.time_ns()}"))
    with client.get_queue_receiver(queue.name) as receiver:
        for _ in range(queue.max_delivery_count):
            (got,) = receiver.receive_messages(max_message_count=1, max_wait_time=WAIT_SECONDS)
            receiver.abandon_message(got)
        assert receiver.receive_messages(max_message_count=1, max_wait_time=5) == []
