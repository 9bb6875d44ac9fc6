"""What runs in the cluster, as capacity counts it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pods:
    """Pods of one kind."""

    name: str
    """What they are: the key of a service, or an add-on."""
    pool: str
    """The key of the node pool that they run on."""
    millicores: int
    """What each requests."""
    memory_mib: int
    """What each requests."""
    minimum: int
    """How many there are at the least."""
    maximum: int
    """How many there are at the most, updates apart."""
    surge: int = 0
    """How many more there are while they are updated."""
    apart: bool = False
    """Whether no two of them may be on one node."""
    tolerates: tuple[str, ...] = ()
    """The taints that do not keep them away: ``key=value:effect``."""
    namespace: str = ""
    """The namespace of ours that they are in; empty: another. Its quota follows from what they are in it."""
    limit_millicores: int = 0
    """What each may use at the most."""
    limit_memory_mib: int = 0
    """What each may use at the most."""
    setting: str = ""
    """The setting that says what each requests; empty: none."""
