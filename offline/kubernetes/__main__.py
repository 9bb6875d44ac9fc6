"""The plug-in ``pulumi-resource-kubernetes`` of the offline world."""

from __future__ import annotations

from offline.engine.home import KUBERNETES_SDK_VERSION, Home
from offline.kubernetes.controllers import acting
from offline.kubernetes.played.settle import settle
from offline.kubernetes.provider import KubernetesProvider
from offline.kubernetes.servers.clusters import reach
from offline.kubernetes.servicer import KubernetesServicer
from offline.rpc.server import serve_provider
from offline.world.store import World


def main() -> None:
    """Serve the clusters of the home that the environment names."""
    home = Home.default()
    world = World(home.cloud)
    provider = KubernetesProvider(world, home.root, KUBERNETES_SDK_VERSION, reach, acting(world, settle))
    serve_provider(KubernetesServicer(provider), provider.close)


if __name__ == "__main__":
    main()
