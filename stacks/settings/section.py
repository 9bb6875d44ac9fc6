"""The base of every section of the settings."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section of the settings: unknown keys are refused, nothing is converted silently or changed after loading.

    The docstring below each field becomes its description in the JSON schema, which editors show. It is read when the
    schema is generated: pydantic's ``use_attribute_docstrings`` reads it at every start, which takes 50 ms.
    """

    # Deferred: a run reads the settings of one kind of stack: the validators of the other kind are never made.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    @classmethod
    def key_of(cls, field: str) -> str:
        """What a settings file calls a field: its name, unless Python keeps that word for itself."""
        return cls.model_fields[field].alias or field
