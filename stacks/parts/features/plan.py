"""The feature flags of the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from stacks.context import Context
from stacks.parts.part import Part
from stacks.settings.features import Feature
from stacks.settings.models import EnvironmentSettings


class Features(Part[EnvironmentSettings, Mapping[str, bool]]):
    """Every flag, on or off: services read those they know (``FeatureManagement__<Flag>``), the stack reports all."""

    key = "features"

    def plan(self, context: Context[EnvironmentSettings]) -> Mapping[str, bool]:
        return {flag: context.settings.features.get(flag, False) for flag in get_args(Feature)}

    def known(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {f"feature/{flag}": "true" if on else "false" for flag, on in self.plan(context).items()}


FEATURES = Features()
