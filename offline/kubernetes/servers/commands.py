"""The command lines of the servers: plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from offline.kubernetes.servers.places import (
    ACCOUNTS,
    ADMIN,
    AUTHORITY,
    CONTROLLERS,
    LOCALHOST,
    SERVER,
    Place,
)
from offline.kubernetes.servers.programs import API_SERVER, CONTROLLER_MANAGER, ETCD, program
from offline.kubernetes.servers.shapes import Shape

ADMISSION = ("PodNodeSelector", "PodTolerationRestriction", "ExtendedResourceToleration")
"""Plug-ins that AKS has on top of Kubernetes' own defaults, Pod Security among these (Microsoft: FAQ about AKS)."""

HEALTH = ("/livez", "/readyz", "/healthz")
"""What anybody may ask."""

CONTROLLERS_RUN = (
    "clusterrole-aggregation",
    "cronjob",
    "daemonset",
    "deployment",
    "disruption",
    "endpoints",
    "endpointslice",
    "garbage-collector",
    "horizontal-pod-autoscaler",
    "job",
    "namespace",
    "persistentvolume-binder",
    "persistentvolume-protection",
    "persistentvolumeclaim-protection",
    "replicaset",
    "resourcequota",
    "root-ca-certificate-publisher",
    "serviceaccount",
    "statefulset",
    "ttl-after-finished",
)
"""Controllers without ``-controller``. Those of nodes, disks and addresses are the played ones': there is no node."""

FEW = "2"
"""Objects that a controller works on at once: this machine has other things to do."""

SWIFT = {"kube-api-qps": "200", "kube-api-burst": "400"}
"""Controllers that ask rarely would be what a run waits for."""

DATA_BYTES = 512 << 20


@dataclass(frozen=True)
class Ports:
    """Ports of this machine."""

    etcd: int
    api: int


def etcd(place: Place, ports: Ports) -> list[str]:
    """The store. It never waits for the disk: a killed process loses nothing, a power cut takes a world that is made
    again."""
    certificate, key = place.pair(SERVER)
    url = f"https://{LOCALHOST}:{ports.etcd}"
    return _command(
        ETCD,
        {
            "data-dir": place.data,
            "listen-client-urls": url,
            "advertise-client-urls": url,
            "listen-peer-urls": f"http://{LOCALHOST}:0",
            "cert-file": certificate,
            "key-file": key,
            "trusted-ca-file": place.pair(AUTHORITY)[0],
            "client-cert-auth": "true",
            "unsafe-no-fsync": "true",
            "quota-backend-bytes": DATA_BYTES,
            "log-level": "warn",
        },
    )


def api_server(place: Place, ports: Ports, shape: Shape, webhooks: str = "") -> list[str]:
    """The API server. ``webhooks`` is the address of who answers for Azure; empty: client certificates alone."""
    certificate, key = place.pair(SERVER)
    admin, admin_key = place.pair(ADMIN)
    authority = place.pair(AUTHORITY)[0]
    accounts = place.pair(ACCOUNTS)[1]
    flags: dict[str, object] = {
        "etcd-servers": f"https://{LOCALHOST}:{ports.etcd}",
        "etcd-cafile": authority,
        "etcd-certfile": admin,
        "etcd-keyfile": admin_key,
        "bind-address": LOCALHOST,
        "external-hostname": shape.fqdn,
        "secure-port": ports.api,
        "tls-cert-file": certificate,
        "tls-private-key-file": key,
        "client-ca-file": authority,
        "authentication-config": _authentication(place),
        "authorization-mode": "RBAC",
        "enable-admission-plugins": ",".join(ADMISSION),
        "service-account-issuer": shape.issuer,
        "service-account-key-file": accounts,
        "service-account-signing-key-file": accounts,
        "service-cluster-ip-range": shape.service_range,
        # Nothing asks the service `kubernetes` for its endpoints: no pod runs.
        "endpoint-reconciler-type": "none",
        # One user of a machine of their own: nobody is to wait for anybody.
        "enable-priority-and-fairness": "false",
        "profiling": "false",
        "allow-privileged": "true",
    }
    if webhooks:
        flags |= {
            # AKS' order: Kubernetes' own rules first, then Azure.
            "authorization-mode": "RBAC,Webhook",
            "authentication-token-webhook-config-file": _webhook(place, "authentication", f"{webhooks}/authentication"),
            "authentication-token-webhook-version": "v1",
            "authentication-token-webhook-cache-ttl": "10s",
            "authorization-webhook-config-file": _webhook(place, "authorization", f"{webhooks}/authorization"),
            "authorization-webhook-version": "v1",
            # A right that is given applies at once, one that is taken away a few seconds later.
            "authorization-webhook-cache-authorized-ttl": "10s",
            "authorization-webhook-cache-unauthorized-ttl": "0s",
        }
    return _command(API_SERVER, flags)


def controller_manager(place: Place, ports: Ports) -> list[str]:
    """The controllers that only look at objects."""
    kubeconfig = place.run / "controllers.json"
    certificate, key = place.pair(CONTROLLERS)
    user = {"client-certificate": str(certificate), "client-key": str(key)}
    server = {"server": f"https://{LOCALHOST}:{ports.api}", "certificate-authority": str(place.pair(AUTHORITY)[0])}
    kubeconfig.write_text(json.dumps(_kubeconfig(server, user)))
    few = ("deployment", "endpoint", "gc", "job", "namespace", "replicaset", "resource-quota", "statefulset")
    flags = {
        "kubeconfig": kubeconfig,
        "controllers": ",".join(f"{each}-controller" for each in CONTROLLERS_RUN),
        "root-ca-file": place.pair(AUTHORITY)[0],
        "service-account-private-key-file": place.pair(ACCOUNTS)[1],
        "leader-elect": "false",
        "secure-port": 0,
        "profiling": "false",
        **SWIFT,
        **{f"concurrent-{each}-syncs": FEW for each in few},
    }
    return _command(CONTROLLER_MANAGER, flags)


def _command(name: str, flags: Mapping[str, object]) -> list[str]:
    return [str(program(name)), *(f"--{flag}={value}" for flag, value in flags.items())]


def _authentication(place: Place) -> Path:
    """Nobody but for health: AKS refuses a request without credentials."""
    config = {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "AuthenticationConfiguration",
        "anonymous": {"enabled": True, "conditions": [{"path": path} for path in HEALTH]},
    }
    return _written(place.run / "authentication.json", config)


def _webhook(place: Place, name: str, url: str) -> Path:
    return _written(place.run / f"{name}-webhook.json", _kubeconfig({"server": url}, {}))


def _kubeconfig(cluster: Mapping[str, str], user: Mapping[str, str]) -> Mapping[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "cluster", "cluster": cluster}],
        "users": [{"name": "user", "user": user}],
        "contexts": [{"name": "context", "context": {"cluster": "cluster", "user": "user"}}],
        "current-context": "context",
    }


def _written(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path
