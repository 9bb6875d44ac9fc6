"""The roles of people."""

from __future__ import annotations

from collections.abc import Mapping

from stacks.parts.site import Site


def build_people(site: Site, groups: Mapping[str, str]) -> None:
    """Grant the groups their roles; what these are at exists by now."""
    site.grant(each for each in site.plan.grants if each.who in groups)
