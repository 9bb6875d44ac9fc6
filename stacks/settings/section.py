"""The base of every part of the settings."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of the settings: unknown keys are refused, nothing changes after loading, no silent conversions."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
