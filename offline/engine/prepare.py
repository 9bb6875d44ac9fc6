"""All set-up of a world beyond the Python packages."""

from __future__ import annotations

from offline.engine.run import Engine
from offline.schema.extract import ensure_schema


def prepare(engine: Engine) -> None:
    """The engine, its private home and the SDK's schema; does nothing when all is there."""
    _ = engine.executable
    ensure_schema(engine.home.schemas, engine.say)
