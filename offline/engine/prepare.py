"""Everything a world needs beyond the Python packages."""

from __future__ import annotations

from offline.engine.run import Engine
from offline.kubernetes.servers.programs import ensure_servers
from offline.schema.kept import ensure_schema


def prepare(engine: Engine) -> None:
    """Provide the engine, its private home, the servers of clusters and the SDK's schema; quick when they exist."""
    _ = engine.executable
    ensure_servers(engine.say)
    ensure_schema(engine.home.schemas, engine.say)
