"""What the plan says of the stores of an environment."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.plan.stores.vaults import VaultsPlan


@dataclass(frozen=True)
class Stores:
    """One field for each store."""

    vaults: VaultsPlan
