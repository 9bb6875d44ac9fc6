"""What the plan says of the stores of an environment."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.plan.stores.messaging import MessagingPlan
from stacks.plan.stores.redis import RedisPlan


@dataclass(frozen=True)
class Stores:
    """One field for each store."""

    redis: RedisPlan
    messaging: MessagingPlan
