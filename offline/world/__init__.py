"""The offline cloud: one SQLite database that outlives the run."""

from offline.world.store import CloudObject, World

__all__ = ["CloudObject", "World"]
