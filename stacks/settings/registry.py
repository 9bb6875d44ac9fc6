"""The settings of the container registry."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Cidr


class Registry(Section):
    """The container registry of all environments."""

    sku: Literal["Basic", "Standard", "Premium"]
    """The SKU. Only Premium has private endpoints, through which environments pull, and the features below."""
    public_access: bool
    """Whether it is also reached from outside the network, as every SKU but Premium is."""
    allowed_ranges: tuple[Cidr, ...] = Field(default=(), strict=False)
    """The public ranges that reach it (Premium). Without any, `public_access` opens it to the internet, which needs a
    waiver."""
    zone_redundant: bool = False
    """Whether images are kept in several zones (Premium, in a region with zones), in the replica too if its region has
    zones. It cannot change later."""
    retention_days: Annotated[int, Field(ge=0, le=365)] | None = None
    """Days after which manifests without a tag are deleted, 0 to 365 (Premium). Left out: never."""
    replicate: bool = False
    """Whether the secondary region has a replica (Premium)."""
