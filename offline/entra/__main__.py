"""The plug-in ``pulumi-resource-azuread`` of the offline world."""

from __future__ import annotations

from importlib.metadata import version

from offline.engine.home import Home
from offline.entra.provider import EntraProvider
from offline.rpc.server import ProviderServicer, serve_provider
from offline.schema.check import Schema
from offline.schema.kept import ENTRA, schema_file
from offline.world.store import World


def main() -> None:
    """Serve the world of the home that the environment names."""
    home = Home.default()
    provider = EntraProvider(World(home.cloud), Schema(schema_file(home.schemas)), version(ENTRA))
    serve_provider(ProviderServicer(provider))


if __name__ == "__main__":
    main()
