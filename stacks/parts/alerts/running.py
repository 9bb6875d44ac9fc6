"""Metric rules of what runs, and of the network."""

from __future__ import annotations

from typing import Any

from components.alerts.spec import Dimension
from components.cdn.signals import METRICS, Metric
from stacks.parts.alerts.rule import MetricRule

AMBA = "Azure Monitor Baseline Alerts"
RUNBOOK = "docs/runbooks/aks.md"


def _rule(
    kind: str, id: str, metric: str, aggregation: str, threshold: float, severity: int, *texts: str, **more: Any
) -> MetricRule:
    means, look, remedy = texts
    return MetricRule(
        id=id,
        kind=kind,
        metric=metric,
        aggregation=aggregation,
        operator=more.pop("operator", "GreaterThan"),
        threshold=threshold,
        severity=severity,
        source=more.pop("source", AMBA),
        means=means,
        look=look,
        remedy=remedy,
        **more,
    )


CLUSTER = (
    _rule(
        "kubernetes-cluster",
        "nodecpu",
        "node_cpu_usage_percentage",
        "Average",
        95,
        3,
        "The nodes have no time left.",
        "`kubectl top nodes`, `kubectl top pods -A`.",
        "A higher maximum of the pool, or fewer replicas.",
    ),
    _rule(
        "kubernetes-cluster",
        "nodememory",
        "node_memory_working_set_percentage",
        "Average",
        90,
        2,
        "The nodes have no memory left; pods will be evicted.",
        "`kubectl top nodes`, `kubectl top pods -A`.",
        "Mend what leaks; else a higher maximum of the pool.",
        source=f"{AMBA} (100 %, which is too late)",
    ),
    _rule(
        "kubernetes-cluster",
        "nodedisk",
        "node_disk_usage_percentage",
        "Average",
        80,
        2,
        "The disk of a node fills up; images and logs will be removed, then pods evicted.",
        "Images and logs on the node.",
        "`os_disk_gib` of the pool; a container that writes into its own layer.",
    ),
    _rule(
        "kubernetes-cluster",
        "podsfailed",
        "kube_pod_status_phase",
        "Average",
        0,
        3,
        "A pod has failed and stays so.",
        "`kubectl get pods -A --field-selector status.phase=Failed`.",
        "Its events and log; delete it once it is understood.",
        dimensions=(Dimension("phase", ("Failed",)),),
    ),
    _rule(
        "kubernetes-cluster",
        "unschedulable",
        "cluster_autoscaler_unschedulable_pods_count",
        "Average",
        0,
        2,
        "Pods find no node.",
        "Events of the pod; the pool at its maximum.",
        "A higher maximum of the pool: docs/capacity.md.",
        source=f"{AMBA} (severity 3)",
    ),
    _rule(
        "kubernetes-cluster",
        "autoscaler",
        "cluster_autoscaler_cluster_safe_to_autoscale",
        "Average",
        1,
        3,
        "The autoscaler has stopped itself.",
        "Its log: the category cluster-autoscaler.",
        f"Nodes that do not come up: {RUNBOOK}.",
        operator="LessThan",
    ),
    _rule(
        "kubernetes-cluster",
        "nodesnotready",
        "kube_node_status_condition",
        "Total",
        0,
        2,
        "A node is not ready.",
        "`kubectl describe node`.",
        f"It is repaired after ten minutes; else {RUNBOOK}.",
        dimensions=(Dimension("status2", ("NotReady", "Unknown")),),
        source=f"{AMBA} (severity 3)",
    ),
)

NETWORK = (
    _rule(
        "nat-gateway",
        "natdown",
        "DatapathAvailability",
        "Average",
        90,
        1,
        "Nothing gets out of the network.",
        "Resource health of the gateway.",
        "Azure's to mend; the zone of the gateway may be down.",
        operator="LessThan",
        window="PT5M",
        source=f"{AMBA} (severity 4 over half an hour: all services depend on it)",
    ),
    _rule(
        "nat-gateway",
        "natports",
        "SNATConnectionCount",
        "Total",
        0,
        2,
        "Connections out of the network fail.",
        "Who opens them: metrics by protocol; the pods' logs.",
        "Another address (`network.nat_gateway.public_ip_count`), or a client that keeps its connections.",
        dimensions=(Dimension("ConnectionState", ("Failed",)),),
        source=f"{AMBA} (severity 4)",
    ),
    _rule(
        "nat-gateway",
        "natdrops",
        "PacketDropCount",
        "Total",
        5,
        2,
        "Packets on their way out are dropped.",
        "`natports`; answers to connections that are no more.",
        "As for `natports`.",
        source=f"{AMBA} (severity 1: a few are dropped whenever a pod goes)",
    ),
    _rule(
        "nat-gateway",
        "natconnections",
        "TotalConnectionCount",
        "Total",
        50_000,
        2,
        "Many connections are open at once.",
        "Who opens them: the pods' logs.",
        "As for `natports`.",
    ),
    _rule(
        "public-ip-address",
        "ipdown",
        "VipAvailability",
        "Average",
        90,
        1,
        "An address of ours is not reachable.",
        "Resource health of the address.",
        "Azure's to mend.",
        operator="LessThan",
        window="PT5M",
    ),
    _rule(
        "public-ip-address",
        "ipattack",
        "IfUnderDDoSAttack",
        "Maximum",
        0,
        1,
        "An address of ours is attacked.",
        "Metrics of the address.",
        "Azure drops what it knows; nothing of ours listens there.",
        window="PT5M",
    ),
    _rule(
        "virtual-network",
        "netattack",
        "IfUnderDDoSAttack",
        "Maximum",
        0,
        1,
        "Something in the network is attacked.",
        "`ipattack` says which address.",
        "As for `ipattack`.",
        window="PT5M",
    ),
)

HOSTING = (
    _rule(
        "app-service-plan",
        "plancpu",
        "CpuPercentage",
        "Average",
        90,
        3,
        "The plan has no time left.",
        "Metrics by instance.",
        "A higher `mystira:hosting.app.maximum`, or mend what loops.",
    ),
    _rule(
        "app-service-plan",
        "planmemory",
        "MemoryPercentage",
        "Average",
        90,
        3,
        "The plan has no memory left.",
        "Metrics by instance.",
        "Restart the instance; mend what leaks; a larger SKU.",
    ),
    _rule(
        "app-service-plan",
        "planqueue",
        "HttpQueueLength",
        "Average",
        100,
        3,
        "Requests wait.",
        "`plancpu`, `slow`.",
        "A higher `mystira:hosting.app.maximum`.",
    ),
    _rule(
        "web-app",
        "siteerrors",
        "Http5xx",
        "Total",
        10,
        1,
        "The site fails.",
        "`errorrate`, `exceptions` of the app; the last release.",
        "`mystira swap` back: docs/runbooks/app-service.md.",
        window="PT5M",
    ),
    _rule(
        "web-app",
        "siteslow",
        "HttpResponseTime",
        "Average",
        5,
        2,
        "The site takes five seconds.",
        "`slow` and `dependencies` of the app.",
        "What it waits for; `plancpu`.",
        source=f"{AMBA} (severity 1: it still answers)",
    ),
    _rule(
        "web-app",
        "sitehealth",
        "HealthCheckStatus",
        "Average",
        80,
        2,
        "Instances of the site are not healthy.",
        "The path of its probe.",
        "Azure replaces them; the last release: `mystira swap` back.",
        operator="LessThan",
        source=f"{AMBA} (100: one restart is no alert)",
    ),
)

_EDGE = {
    "OriginHealthPercentage": (
        "originhealth",
        2,
        "Front Door finds an origin unhealthy.",
        "`mystira links`, `mystira smoke`.",
        "docs/runbooks/edge.md.",
    ),
    "Percentage5XX": (
        "edgeerrors",
        1,
        "One request in ten fails at the edge.",
        "`originhealth`; which route: the access log.",
        "docs/runbooks/edge.md; the last release of the service behind it.",
    ),
    "TotalLatency": (
        "edgelatency",
        3,
        "Answers take longer than is promised.",
        "The access log by route; `slow` of the service.",
        "What the service waits for; what could be cached.",
    ),
}


def _signal(metric: Metric) -> MetricRule:
    """What the edge says is not well (components/cdn/signals.py)."""
    id, severity, means, look, remedy = _EDGE[metric.name]
    return MetricRule(
        id=id,
        kind="front-door-profile",
        metric=metric.name,
        aggregation=metric.aggregation,
        operator=metric.operator,
        threshold=metric.threshold,
        severity=severity,
        source=metric.source,
        means=means,
        look=look,
        remedy=remedy,
        window="PT5M" if severity < 2 else "PT15M",
        dimensions=(Dimension(metric.by, ("*",)),) if metric.by else (),
    )


RUNNING = (*CLUSTER, *NETWORK, *HOSTING, *map(_signal, METRICS))
