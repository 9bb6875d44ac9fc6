"""The settings of the state store."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Cidr

StackName = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,100}$")]


class State(Section):
    """Where Pulumi keeps the state of every stack: a container for blobs, and a key for the secrets of each stack."""

    allowed_ranges: tuple[Cidr, ...] = Field(default=(), strict=False)
    """The public ranges, /30 or larger, or single addresses from which Pulumi reaches state and keys. Left out:
    everybody with a role does, which needs a waiver."""
    further_stacks: tuple[StackName, ...] = Field(default=(), strict=False)
    """Stacks that have a key in addition to shared, dev, staging and prod, such as one of prod in a second region."""
    recover: bool = False
    """Whether the deleted vault is recovered with its keys instead of created, for one run (docs/runbooks/state.md)."""
