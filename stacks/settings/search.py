"""The settings of the search service."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Cidr


class Search(Section):
    """The search service."""

    sku: Literal["basic", "standard", "standard2", "standard3"] = "basic"
    """The tier."""
    replicas: Annotated[int, Field(ge=1)] = 1
    """Copies that answer queries: at most 3 in basic and 12 in the others. Under 3 needs a waiver."""
    partitions: Literal[1, 2, 3, 4, 6, 12] = 1
    """Parts that the indexes are split into: 1 in basic. Together with `replicas` at most 36 search units."""
    semantic: Literal["disabled", "free", "standard"] = "disabled"
    """The plan of semantic ranking: none, 1000 queries a month, or paid by query."""
    public_access: bool = False
    """Whether the addresses in `allowed_ranges` reach it in addition to the private endpoint, which needs a waiver."""
    allowed_ranges: tuple[Cidr, ...] = Field(default=(), strict=False)
    """The public ranges that reach it while `public_access` is on."""
