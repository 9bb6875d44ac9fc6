"""The two keys that a store gives out, so that one can be regenerated while the other is in use."""

from __future__ import annotations

from typing import Literal

StoreKey = Literal["primary", "secondary"]

Store = Literal["ai", "cosmos", "monitoring", "postgresql", "redis", "search", "service_bus", "storage"]
"""What accepts keys or passwords where the settings say so, by the name of its section there."""

TWO_KEYS: frozenset[Store] = frozenset({"ai", "cosmos", "redis", "search", "service_bus", "storage"})
"""The stores that give out a primary and a secondary key."""
