"""The offline cloud: one SQLite database that outlives the run."""

from offline.world.objects import CloudObject
from offline.world.store import World

__all__ = ["CloudObject", "World"]
