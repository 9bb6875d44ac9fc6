"""The need for feature flags."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, Variable


@dataclass(frozen=True)
class Flags(Need):
    """Feature flags that the service knows."""

    names: tuple[str, ...]
    """The flags, of those that the settings may turn on (stacks/settings/features.py)."""

    @property
    def variables(self) -> tuple[Variable, ...]:
        return tuple(Variable(f"FeatureManagement__{name}", known=f"feature/{name}") for name in self.names)
