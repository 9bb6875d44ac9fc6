"""Names inside the cluster: `mys-` and the service; a cluster is one environment (S3-039)."""

from __future__ import annotations

import re

from components.naming.rules import ENVIRONMENTS, READ
from components.problems import InvalidInput, Problem

PREFIX = "mys-"
MAXIMUM = 63
"""Kubernetes: Object Names and IDs; the length of a DNS label, which a Service's name must be."""

GATEWAY, CERTIFICATES, DATABASE = "gateway", "cert-manager", "database"
"""Namespaces besides that of the services: of the gateway, of what issues certificates, of what administers the
database."""

NAMESPACES = (GATEWAY, CERTIFICATES, DATABASE)

KEPT_NAMES = frozenset({"cert-manager", "envoy-gateway"})
"""Names of Helm releases of add-ons, which keep those that their own documents use."""

PRESCRIBED = frozenset({("kube-system", "ama-metrics-settings-configmap")})
"""Namespace and name of objects that an add-on of AKS looks for: the only ones of ours outside our namespaces."""

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_NAMESPACE = re.compile(f"{PREFIX}(?:{'|'.join((*ENVIRONMENTS, *NAMESPACES))})")


def object_name(service: str, role: str = "") -> str:
    """``mys-<service>[-<role>]``. Raises :class:`~components.problems.InvalidInput` when Kubernetes refuses it."""
    name = f"{PREFIX}{service}" + (f"-{role}" if role else "")
    problems = check_object_name(name, f"Kubernetes name of {service}")
    if problems:
        raise InvalidInput(problems)
    return name


def namespace(key: str) -> str:
    """The namespace ``mys-{key}`` of an environment, in which all its services live, or of one of
    :data:`NAMESPACES`."""
    name = PREFIX + key
    if not _NAMESPACE.fullmatch(name):
        known = ", ".join((*ENVIRONMENTS, *NAMESPACES))
        raise InvalidInput([Problem("namespace", "neither an environment nor a namespace of ours", key, known, READ)])
    return name


def subject(place: str, account: str) -> str:
    """What the tokens of a service account in the namespace ``place`` say it is; a federated credential names it."""
    return f"system:serviceaccount:{place}:{account}"


def check_object_name(name: str, path: str) -> list[Problem]:
    """Problems of the name of an object of ours in the cluster; at most one."""
    if len(name) > MAXIMUM:
        return [Problem(path, "too long", f"{name!r}, {len(name)} characters", f"at most {MAXIMUM}", READ)]
    if not name.startswith(PREFIX) or not _LABEL.fullmatch(name):
        return [Problem(path, "not a name of ours", repr(name), f"{PREFIX}<service>[-<role>], lower case", READ)]
    return []


def check_namespace(name: str, path: str) -> list[Problem]:
    """Problems of a namespace that an object of ours is in; at most one."""
    if _NAMESPACE.fullmatch(name):
        return []
    allowed = f"{PREFIX}{{env}}, {', '.join(PREFIX + each for each in NAMESPACES)}"
    return [Problem(path, "not a namespace of ours", repr(name), allowed, READ)]
