"""What every resource that holds data or serves it gets, by composition: the shared interface."""

from components.common.access import GrantArgs, grant
from components.common.surroundings import Locks, PrivatePathArgs, Surroundings, surround

__all__ = ["GrantArgs", "Locks", "PrivatePathArgs", "Surroundings", "grant", "surround"]
