"""Stores: what holds data for services."""

from components.data.redis import Redis, RedisArgs
from components.data.service_bus import QueueArgs, ServiceBus, ServiceBusArgs, ServiceBusKeyArgs, TopicArgs

__all__ = [
    "QueueArgs",
    "Redis",
    "RedisArgs",
    "ServiceBus",
    "ServiceBusArgs",
    "ServiceBusKeyArgs",
    "TopicArgs",
]
