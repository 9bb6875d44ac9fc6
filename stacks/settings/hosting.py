"""The settings of what hosts apps and sites outside the cluster."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import word


class StaticSites(Section):
    """The static sites of an environment."""

    region: Annotated[str, Field(min_length=1), word("static site region")] = "westeurope"
    """The region of their previews, one of the few that offer static sites; content is served from everywhere. Another
    one replaces the sites, which are empty until the next release."""


Instances = Annotated[int, Field(ge=1, le=30)]


class AppHosting(Section):
    """App Service: the plan, the site and the slot of each service that runs there."""

    sku: Annotated[str, Field(min_length=1), word("App Service SKU")] = "P0v3"
    """The SKU of the plan, such as P1v3: the size of its machines, and what they can do."""
    minimum: Instances = 1
    """The fewest instances, 1 to 30, with which the plan starts."""
    maximum: Instances = 2
    """The most instances, 1 to 30: above `minimum`, rules add one when the plan is busy and take one when it is
    idle."""
    slot: bool = True
    """Whether a release goes to a slot first, which `mystira swap` then swaps with production."""
    zone_redundant: bool = False
    """Whether the instances, two or more, are spread over availability zones."""
    runtime: Annotated[str, word("runtime")] = "DOTNETCORE|10.0"
    """What runs the code, as App Service has it: DOTNETCORE|10.0."""


class Hosting(Section):
    """What hosts apps and sites outside the cluster."""

    app: AppHosting = AppHosting()
    """App Service."""
    static_sites: StaticSites = StaticSites()
    """The static sites."""
