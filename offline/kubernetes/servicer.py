"""Pulumi's protocol for the kubernetes provider, where it is more than that of the others: names from the engine's
seed, secrets below ``__inputs``, options that replace, an end to waiting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import grpc

from offline.kubernetes.checkpoint import secret_outputs
from offline.kubernetes.options import replaced_options
from offline.kubernetes.provider import KubernetesProvider
from offline.rpc.protocol import CheckFailure, Properties
from offline.rpc.server import ProviderServicer
from offline.rpc.values import Path, SecretPaths


class KubernetesServicer(ProviderServicer):
    """Serve the kubernetes provider."""

    def __init__(self, provider: KubernetesProvider) -> None:
        super().__init__(provider)
        self._kubernetes = provider

    def config_replaces(self, olds: Properties, news: Properties) -> list[str]:
        return replaced_options(olds, news)

    def marked(self, secrets: Iterable[Path]) -> SecretPaths:
        return secret_outputs(secrets)

    def checked(self, request: Any, olds: Properties, news: Properties) -> tuple[Properties, Sequence[CheckFailure]]:
        return self._kubernetes.check(request.urn, request.type, olds, news, request.randomSeed)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._kubernetes.cancel()
        return super().Cancel(request, context)
