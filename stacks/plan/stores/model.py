"""What the plan says of the stores of an environment."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.plan.stores.cosmos import CosmosPlan
from stacks.plan.stores.messaging import MessagingPlan
from stacks.plan.stores.postgresql import PostgresqlPlan
from stacks.plan.stores.redis import RedisPlan
from stacks.plan.stores.storage import StoragePlan
from stacks.plan.stores.vaults import VaultsPlan


@dataclass(frozen=True)
class Stores:
    """One field for each store; ``None`` where the settings have removed it."""

    vaults: VaultsPlan
    postgresql: PostgresqlPlan
    cosmos: CosmosPlan | None
    storage: StoragePlan
    redis: RedisPlan
    messaging: MessagingPlan
