"""What every resource that holds data or serves it gets, by composition: the shared interface."""

from components.common.access import GrantArgs, grant
from components.common.surroundings import PrivatePathArgs, Surroundings, surround

__all__ = ["GrantArgs", "PrivatePathArgs", "Surroundings", "grant", "surround"]
