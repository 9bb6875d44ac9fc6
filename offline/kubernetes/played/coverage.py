"""What is played in a cluster, by whom it would be done, and what of it is not: rows of the coverage page."""

from __future__ import annotations

from dataclasses import dataclass

from components.facts.model import Duration
from offline.kubernetes.played.charts.chart import Chart
from offline.kubernetes.played.definitions import cert_manager, envoy, gateway_api, secret_store
from offline.kubernetes.played.definitions.shape import Definition
from offline.kubernetes.played.releases import CHARTS


@dataclass(frozen=True)
class Played:
    """One part of a real cluster that no process does here."""

    who: str
    does: str
    leaves_out: str
    source: str
    duration: Duration | None = None
    """How long it usually takes there; here it takes no time."""


PLAYED: tuple[Played, ...] = (
    Played(
        "kube-scheduler, cluster-autoscaler",
        "binds each pod to a node with room for its requests, whose taints it tolerates, that its selectors, spread, "
        "affinity and volumes take; adds a node up to the pool's maximum; says `FailedScheduling` with the scheduler's "
        "reasons",
        "priorities, preemption, host ports, the scores behind a choice; a pool never shrinks",
        "k8s.io/kubernetes 1.36.0, pkg/scheduler",
        Duration(4, 20),
    ),
    Played(
        "AKS",
        "nodes from the node pools (room, zones, labels, taints), storage classes, the kinds of the Key Vault driver",
        "its own pods: their room is kept free (components/facts/vm_sizes.py)",
        "Microsoft: Node resource reservations in AKS; Storage classes in AKS",
    ),
    Played(
        "kubelet",
        "runs a pod whose volumes, ConfigMaps, Secrets and claims are there; else `FailedMount` or "
        "`CreateContainerConfigError` with the kubelet's message; ends the pods of a Job; ends what is deleted at once",
        "images are not pulled, commands not run, probes always succeed",
        "k8s.io/kubernetes 1.36.0, pkg/kubelet, pkg/volume",
        Duration(0.5, 10),
    ),
    Played(
        "Azure disk driver",
        "a volume for each claim, in the zone of its pod's node; growth; the end of what is not retained",
        "the disk itself, which would be in the node group; snapshots",
        "kubernetes-sigs/azuredisk-csi-driver",
        Duration(0.3, 10),
    ),
    Played(
        "Key Vault driver",
        "mounts what a class names where the vault, the secret and its version exist, the service account is federated "
        "with the identity and its roles let it read; keeps Secrets and never rewrites one",
        "values (a pod gets the secret's name and version), rotation, the vault's network",
        "kubernetes-sigs/secrets-store-csi-driver v1.5.3; Azure/secrets-store-csi-driver-provider-azure",
    ),
    Played(
        "cloud-provider-azure",
        "an address in the annotated subnet where it is free and the cluster's identity may join; the private link "
        "service first, in the world, with its rights and the subnet's policies; both go with the Service",
        "public load balancers and other annotations (refused); rules, probes, security groups",
        "kubernetes-sigs/cloud-provider-azure (2026-08-19), pkg/provider",
        Duration(1.5, 10),
    ),
    Played(
        "Helm",
        "what the charts below make, but roles, admission webhooks and hooks; upgrade and removal",
        "other charts, versions and values (refused); the templates are our own",
        "helm/helm; pulumi/pulumi-kubernetes, provider/pkg/provider/helm_release.go",
        Duration(1.5, 10),
    ),
    Played(
        "Envoy Gateway",
        "accepts classes, Gateways, routes and policies; makes the proxy, its Service, autoscaler and budget; "
        "`Programmed` with an address and a replica",
        "no request is routed; conflicts between policies; other backends than Services",
        "envoyproxy/gateway v1.9.1, internal",
        Duration(0.5, 10),
    ),
    Played(
        "cert-manager",
        "issuers (ACME by DNS-01 at Azure, CA, self-signed) and certificates; the challenge needs zone, delegation, "
        "alias, identity and role",
        "requests, orders and challenges have no objects; no renewal; the public authority is made up",
        "cert-manager/cert-manager v1.21.2, pkg",
        Duration(2, 10),
    ),
)
"""All that acts in a cluster beside etcd, kube-apiserver and kube-controller-manager, which are real."""

DEFINITIONS: tuple[Definition, ...] = (
    *secret_store.DEFINITIONS,
    *cert_manager.DEFINITIONS,
    *gateway_api.DEFINITIONS,
    *envoy.DEFINITIONS,
)
"""The kinds of others, with the fields that our objects use."""

PLAYED_CHARTS: tuple[Chart, ...] = tuple(CHARTS.values())
