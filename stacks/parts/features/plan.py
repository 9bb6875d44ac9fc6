"""The feature flags of the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from stacks.context import Context
from stacks.parts.part import Part
from stacks.settings.features import Feature
from stacks.settings.models import EnvironmentSettings


class Features(Part[EnvironmentSettings, Mapping[str, bool]]):
    """Every flag, on or off. They reach services as settings of theirs; until they run here they are an output."""

    key = "features"

    def plan(self, context: Context[EnvironmentSettings]) -> Mapping[str, bool]:
        return {flag: context.settings.features.get(flag, False) for flag in get_args(Feature)}


FEATURES = Features()
