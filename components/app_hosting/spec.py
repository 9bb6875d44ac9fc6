"""What a web app on App Service consists of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ScalingSpec:
    """The rules that change the number of a plan's instances."""

    name: str
    """Physical name of the autoscale setting."""
    minimum: int
    """The fewest instances, with which the plan also starts."""
    maximum: int
    """The most instances."""


@dataclass(frozen=True)
class SlotSpec:
    """A slot, to which a release goes before the two are swapped."""

    name: str
    """Its name in the site: ``staging``."""
    private_endpoint: str
    """Physical name of its private endpoint."""


@dataclass(frozen=True)
class WebAppSpec:
    """A Linux site on a dedicated plan, reached privately."""

    name: str
    """Physical name of the site."""
    plan: str
    """Physical name of its App Service plan."""
    sku: str
    """A key of ``facts.SKUS``."""
    instances: int
    """How many instances the plan starts with; without rules it keeps them."""
    zone_redundant: bool
    """Whether the instances are spread over availability zones."""
    runtime: str
    """What runs the code, as ``linuxFxVersion`` has it: ``DOTNETCORE|10.0``."""
    health_path: str
    """The path that tells whether an instance can take requests: ``/health``."""
    scaling: ScalingSpec | None
    """The rules that change the number of instances; none where it is fixed."""
    slot: SlotSpec | None
    """The slot for releases, where there is one."""
    sticky: tuple[str, ...]
    """The variables that stay with their slot when the slots are swapped."""
    private_endpoint: str
    """Physical name of the site's private endpoint."""
