"""A named location."""

from __future__ import annotations

import pulumi
import pulumi_azuread as azuread

from components.conditional_access.spec import LocationSpec


def named_location(name: str, spec: LocationSpec, options: pulumi.ResourceOptions) -> azuread.NamedLocation:
    """The countries of ``spec``, by the address of the client."""
    return azuread.NamedLocation(
        name,
        display_name=spec.display_name,
        country=azuread.NamedLocationCountryArgs(
            countries_and_regions=list(spec.countries), include_unknown_countries_and_regions=False
        ),
        opts=options,
    )
