"""The alerts on the metrics of a cluster: Microsoft's thirty, and those on the gateway's certificate.

Microsoft's are those of mspnp/aks-baseline (workload-team/modules/prometheusMetricAlerts.bicep at 07d62c7, read
2026-11-22), in its three groups. Seven of them cannot fire as they are: five ask for series that managed Prometheus
does not keep by default (:data:`KEPT`), one for a phase that no pod has, one for the pod of a volume, which the kubelet
does not say (kubernetes/kubernetes: pkg/kubelet/metrics/collectors/volume_stats.go). ``rules.tsv`` names every change.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from components.cluster_telemetry.spec import RuleSpec

LEVELS = ("cluster", "node", "pod")
"""The groups: a group takes 20 rules at the most (components/cluster_telemetry/facts.py)."""

RUNBOOK = "docs/runbooks/alerts-cluster.md"
"""It has a section a rule."""

SCRAPED_PORT = 9402
"""Where cert-manager's pods answer with metrics, as the annotations of its chart say (cert-manager v1.21.2:
deploy/charts/cert-manager/templates/deployment.yaml, prometheus.io/port)."""

AGENT_LABELS: Mapping[str, str] = {"rsName": "ama-metrics"}
"""The pods that ask for metrics which pods announce (Azure/prometheus-collector: templates/ama-metrics-deployment.yaml
at 75bfead)."""

KEPT: Mapping[str, tuple[str, ...]] = {
    "kubelet": ("kubelet_volume_stats_inodes_free",),
    "kubestate": (
        "kube_daemonset_status_current_number_scheduled",
        "kube_daemonset_status_number_misscheduled",
        "kube_persistentvolume_status_phase",
        "kube_statefulset_status_observed_generation",
    ),
    "podannotations": ("certmanager_certificate_expiration_timestamp_seconds",),
}
"""By target of managed Prometheus: the series that rules ask for and that it does not keep by default (Microsoft:
Minimal ingestion profile for Prometheus metrics in Azure Monitor, 2025-08-25). Of what pods announce it keeps
everything unless told otherwise."""

SETTINGS_NAMESPACE, SETTINGS = "kube-system", "ama-metrics-settings-configmap"
"""Where the agents look for their settings (Microsoft: Customize scraping of Prometheus metrics in Azure Monitor)."""


def settings(namespaces: tuple[str, ...]) -> Mapping[str, str]:
    """The settings of the agents: what they keep besides, and the namespaces whose pods say themselves that they have
    metrics. A section that is left out keeps its defaults (Azure/prometheus-collector:
    otelcollector/configmaps/ama-metrics-settings-configmap-v1.yaml at 8ab7b3e)."""
    keep = [f'{target} = "{"|".join(series)}"' for target, series in KEPT.items()]
    return {
        "schema-version": "v1",
        "config-version": "ver1",
        "pod-annotation-based-scraping": f'podannotationnamespaceregex = "{"|".join(namespaces)}"\n',
        "default-targets-metrics-keep-list": "\n".join([*keep, "minimalingestionprofile = true", ""]),
    }


def _rules() -> Mapping[str, tuple[RuleSpec, ...]]:
    with Path(__file__).with_name("rules.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {
        level: tuple(
            RuleSpec(
                alert=row["alert"],
                expression=row["expression"],
                wait=row["for"],
                severity=int(row["severity"]),
                means=row["means"],
                runbook=f"{RUNBOOK}#{row['alert'].lower()}",
            )
            for row in rows
            if row["level"] == level
        )
        for level in LEVELS
    }


RULES = _rules()
"""By level: the rules of its group."""
