"""The plug-in ``pulumi-resource-azure-native`` of the offline world."""

from __future__ import annotations

from importlib.metadata import version

from offline.azure.provider import AzureProvider
from offline.engine.home import Home
from offline.rpc.server import ProviderServicer, serve_provider
from offline.schema.check import Schema
from offline.schema.kept import AZURE, schema_file
from offline.world.store import World


def main() -> None:
    """Serve the world of the home that the environment names."""
    home = Home.default()
    provider = AzureProvider(World(home.cloud), Schema(schema_file(home.schemas)), version(AZURE))
    serve_provider(ProviderServicer(provider))


if __name__ == "__main__":
    main()
