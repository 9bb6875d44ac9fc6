"""The options of the provider (pulumi-kubernetes: provider/pkg/provider/provider.go ``Configure``, ``DiffConfig``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from offline.kubernetes.access import DEFAULT
from offline.kubernetes.replacing import Mutable
from offline.rpc.protocol import UNKNOWN, Properties, ProviderError

KUBECONFIG, CONTEXT, CLUSTER, NAMESPACE = "kubeconfig", "context", "cluster", "namespace"
IDENTIFIER = "clusterIdentifier"
CONFIG_MAPS, SECRETS, SERVER_SIDE = "enableConfigMapMutable", "enableSecretMutable", "enableServerSideApply"
DELETE_UNREACHABLE = "deleteUnreachable"
TRUE = "true"

QUIET = frozenset({"suppressDeprecationWarnings", "suppressHelmHookWarnings"})
"""What only takes warnings away, of which there are none here."""
PLAYED = QUIET | {
    KUBECONFIG,
    CONTEXT,
    CLUSTER,
    NAMESPACE,
    IDENTIFIER,
    CONFIG_MAPS,
    SECRETS,
    SERVER_SIDE,
    DELETE_UNREACHABLE,
    "version",
    "pluginDownloadURL",
}


@dataclass(frozen=True)
class Options:
    """What the program says of the provider."""

    kubeconfig: str
    context: str
    cluster: str
    namespace: str
    identifier: str
    """Which cluster it is; objects of another one are made anew."""
    mutable: Mutable
    delete_unreachable: bool
    """Whether the objects of a cluster that is gone are forgotten."""


def read_options(variables: Mapping[str, str]) -> Options:
    """The options of an explicit provider. Raises :class:`ProviderError` for those that are not played."""
    unplayed = sorted(key for key, value in variables.items() if key not in PLAYED and value not in ("", "false"))
    if unplayed:
        raise ProviderError(f"the offline cloud does not play these options of the kubernetes provider: {unplayed}")
    if variables.get(SERVER_SIDE, TRUE) != TRUE:
        raise ProviderError(f"the offline cloud plays server-side apply only; seen: {SERVER_SIDE}: false")
    if not variables.get(KUBECONFIG):
        raise ProviderError(
            "the explicit kubernetes provider needs a kubeconfig; the offline cloud reads none of yours"
        )
    return Options(
        variables[KUBECONFIG],
        variables.get(CONTEXT, ""),
        variables.get(CLUSTER, ""),
        variables.get(NAMESPACE, ""),
        variables.get(IDENTIFIER, ""),
        Mutable(variables.get(CONFIG_MAPS) == TRUE, variables.get(SECRETS) == TRUE),
        variables.get(DELETE_UNREACHABLE) == TRUE,
    )


def replaced_options(olds: Properties, news: Properties) -> list[str]:
    """The options whose change replaces the provider and all its objects: another identifier, else another cluster.

    An identifier that stays keeps everything, whatever the kubeconfig says, or if a preview does not know it.
    """
    before, now = olds.get(IDENTIFIER), news.get(IDENTIFIER)
    if before and now and before != now:
        return [IDENTIFIER]
    if now and before == now:
        return []
    unknown = [key for key in (KUBECONFIG, CONTEXT, CLUSTER) if news.get(key) is UNKNOWN]
    if unknown:
        return unknown[:1]
    was, is_now = _active(olds), _active(news)
    if was is None or is_now is None or was == is_now:
        return []
    return [key for key in (KUBECONFIG, CONTEXT, CLUSTER) if olds.get(key) != news.get(key)]


def _active(options: Properties) -> Any:
    """The cluster of the current context; ``None`` where there is none."""
    content = options.get(KUBECONFIG)
    document = yaml.safe_load(content) if isinstance(content, str) else content
    if not isinstance(document, dict):
        return None
    contexts = {each["name"]: each["context"] for each in document.get("contexts") or []}
    clusters = {each["name"]: each["cluster"] for each in document.get("clusters") or []}
    current = contexts.get(options.get(CONTEXT) or document.get("current-context")) or {}
    return clusters.get(options.get(CLUSTER) or current.get("cluster", DEFAULT))
