"""The settings of availability tests: how public hosts are asked from outside."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import word

LocationTag = Annotated[str, Field(min_length=1), word("availability location")]

EUROPE = ("emea-nl-ams-azr", "emea-gb-db3-azr", "emea-fr-pra-edge", "emea-ch-zrh-edge", "emea-ru-msa-edge")
"""Five places in Europe, the nearest that there are: none is in Africa."""


class Availability(Section):
    """How every public host is asked from outside whether it answers."""

    frequency_seconds: Literal[300, 600, 900] = 300
    """How often each place asks: 300, 600 or 900 seconds; 300 in prod, where somebody is called."""
    locations: tuple[LocationTag, ...] = Field(default=EUROPE, strict=False)
    """From where it is asked, five places or more. It counts as down when all but two of them find it so."""
    certificate_days: Annotated[int, Field(ge=1, le=44)] = 30
    """How many days before the end of its certificate a host counts as down, 1 to 44: Front Door has renewed it 45 days
    ahead."""
