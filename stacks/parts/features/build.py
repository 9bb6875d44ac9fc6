"""The feature flags of the services."""

from __future__ import annotations

from collections.abc import Mapping

from stacks.parts.site import Site


def build_features(site: Site, flags: Mapping[str, bool]) -> None:
    """Export every flag."""
    site.outputs.put("features", dict(flags))
