"""What each alert on the cluster fires on, and what it keeps quiet on: series in the notation of `promtool test
rules`, a value each minute from time zero on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LONG = 500
"""Minutes that series last."""


@dataclass(frozen=True)
class Case:
    """One alert."""

    wrong: Mapping[str, str]
    """What it fires on."""
    well: Mapping[str, str]
    """What it keeps quiet on."""
    minutes: int
    """When it is asked: after it has waited."""
    count: int = 1
    """How many alerts there are then."""


def steady(value: float) -> str:
    """A series that stays as it is."""
    return f"{value:g}x{LONG}"


def growing(step: float, start: float = 0) -> str:
    """A series that changes by ``step`` each minute."""
    return f"{start:g}{step:+g}x{LONG}"


STATE = 'job="kube-state-metrics",cluster="c",namespace="n"'
"""Labels of what kube-state-metrics says."""
POD = f'{STATE},pod="p",container="a"'
OWNER = {f'kube_pod_owner{{{STATE},pod="p",owner_name="d"}}': steady(1)}
VOLUME = 'job="kubelet",cluster="c",namespace="n",persistentvolumeclaim="data"'
NODE = 'job="kube-state-metrics",cluster="c",node="one"'


def _state(minutes: int, labels: str, wrong: Mapping[str, float], well: Mapping[str, float]) -> Case:
    """An alert on steady series with these labels."""
    return Case(
        *({f"{name}{{{labels}}}": steady(value) for name, value in each.items()} for each in (wrong, well)), minutes
    )


def _of_a_pod(minutes: int, series: str, wrong: str, well: str) -> Case:
    """An alert on a series of a pod that has an owner."""
    return Case({series: wrong, **OWNER}, {series: well, **OWNER}, minutes)


_CPU = f'{{image="i",{POD}}}'
_LIMIT = {f'kube_pod_container_resource_limits{{resource="memory",node="one",{POD}}}': steady(100)}
_QUOTA = {f'container_spec_cpu_{each}{{image="i",{POD}}}': steady(100000) for each in ("quota", "period")}
_WAITING = "kube_pod_container_status_waiting_reason"
_HPA = "kube_horizontalpodautoscaler"
_UNREACHABLE = f'kube_node_spec_taint{{{NODE},key="node.kubernetes.io/unreachable",effect="NoSchedule"}}'
_LEAVING = f'kube_node_spec_taint{{{NODE},key="ToBeDeletedByClusterAutoscaler",effect="NoSchedule"}}'
_KUBELET = 'job="kubelet",cluster="c",instance="one"'
_BUCKET = "kubelet_pod_worker_duration_seconds_bucket"
_ENDS = 'certmanager_certificate_expiration_timestamp_seconds{name="mys-gateway"}'
_DAY = 24 * 3600


def _overcommitted(resource: str, *, hard: float) -> Mapping[str, str]:
    return {
        f'kube_resourcequota{{{STATE},type="hard",resource="{resource}"}}': steady(hard),
        f'kube_node_status_allocatable{{{NODE},resource="{resource}"}}': steady(4),
    }


def _started(within: int) -> Mapping[str, str]:
    """Pods of which each started within so many seconds."""
    return {
        f'kubelet_node_name{{{_KUBELET},node="one"}}': steady(1),
        **{
            f'{_BUCKET}{{{_KUBELET},le="{edge}"}}': growing(1) if edge == "+Inf" or int(edge) >= within else steady(0)
            for edge in ("60", "120", "+Inf")
        },
    }


def _filling(available: str) -> Mapping[str, str]:
    return {
        f"kubelet_volume_stats_available_bytes{{{VOLUME}}}": available,
        f"kubelet_volume_stats_capacity_bytes{{{VOLUME}}}": steady(1000),
        f"kubelet_volume_stats_used_bytes{{{VOLUME}}}": steady(900),
    }


def _scaled(desired: int, current: int) -> Mapping[str, float]:
    return {
        f"{_HPA}_status_desired_replicas": desired,
        f"{_HPA}_status_current_replicas": current,
        f"{_HPA}_spec_min_replicas": 1,
        f"{_HPA}_spec_max_replicas": 10,
    }


def _replicas(kind: str, wanted: str, there: str, ready: int) -> Mapping[str, float]:
    return {f"kube_{kind}_{wanted}": 2, f"kube_{kind}_{there}": ready, f"kube_{kind}_status_replicas_updated": 2}


CASES: Mapping[str, Case] = {
    "KubeCPUQuotaOvercommit": Case(_overcommitted("cpu", hard=8), _overcommitted("cpu", hard=4), 20),
    "KubeMemoryQuotaOvercommit": Case(_overcommitted("memory", hard=8), _overcommitted("memory", hard=4), 20),
    "KubeContainerOOMKilledCount": _of_a_pod(
        20, f'kube_pod_container_status_last_terminated_reason{{{POD},reason="OOMKilled"}}', steady(1), steady(0)
    ),
    "KubeClientErrors": Case(
        {f'rest_client_requests_total{{{_KUBELET},code="{code}"}}': growing(1) for code in (200, 500)},
        {f'rest_client_requests_total{{{_KUBELET},code="200"}}': growing(1)},
        40,
    ),
    "KubePersistentVolumeFillingUp": Case(_filling(growing(-0.1, 100)), _filling(steady(100)), 200),
    "KubePersistentVolumeInodesFillingUp": _state(
        40,
        VOLUME,
        {"kubelet_volume_stats_inodes_free": 1, "kubelet_volume_stats_inodes": 100},
        {"kubelet_volume_stats_inodes_free": 50, "kubelet_volume_stats_inodes": 100},
    ),
    "KubePersistentVolumeErrors": _state(
        20, f'{STATE},phase="Failed"', *({"kube_persistentvolume_status_phase": each} for each in (1, 0))
    ),
    "KubeContainerWaiting": _state(80, f'{POD},reason="ContainerCreating"', {_WAITING: 1}, {_WAITING: 0}),
    "KubeDaemonSetNotScheduled": _state(
        40,
        f'{STATE},daemonset="d"',
        *(
            {
                "kube_daemonset_status_desired_number_scheduled": 3,
                "kube_daemonset_status_current_number_scheduled": current,
            }
            for current in (2, 3)
        ),
    ),
    "KubeDaemonSetMisScheduled": _state(
        40, f'{STATE},daemonset="d"', *({"kube_daemonset_status_number_misscheduled": each} for each in (1, 0))
    ),
    "KubeQuotaAlmostFull": Case(
        *(
            {
                f'kube_resourcequota{{{STATE},resource="pods",type="used"}}': steady(used),
                f'kube_resourcequota{{{STATE},resource="pods",type="hard"}}': steady(100),
            }
            for used in (95, 50)
        ),
        40,
    ),
    "GatewayCertificateNearEnd": Case({_ENDS: steady(20 * _DAY)}, {_ENDS: steady(30 * _DAY)}, 90),
    "GatewayCertificateEnding": Case({_ENDS: steady(6 * _DAY)}, {_ENDS: steady(20 * _DAY)}, 20),
    "KubeNodeUnreachable": Case({_UNREACHABLE: steady(1)}, {_UNREACHABLE: steady(1), _LEAVING: steady(1)}, 40),
    "KubeNodeReadinessFlapping": Case(
        *(
            {f'kube_node_status_condition{{{NODE},status="true",condition="Ready"}}': values}
            for values in (" ".join("01" * 40), steady(1))
        ),
        60,
    ),
    "KubeNodeDiskUsageHigh": _state(
        40,
        'job="node",cluster="c",instance="one",mountpoint="/"',
        {"node_filesystem_avail_bytes": 10, "node_filesystem_size_bytes": 100},
        {"node_filesystem_avail_bytes": 50, "node_filesystem_size_bytes": 100},
    ),
    "KubeJobStale": _state(
        380,
        f'{STATE},job_name="j"',
        {"kube_job_spec_completions": 1, "kube_job_status_succeeded": 0},
        {"kube_job_spec_completions": 1, "kube_job_status_succeeded": 1},
    ),
    "KubeContainerAverageCPUHigh": Case(
        {f"container_cpu_usage_seconds_total{_CPU}": growing(59), **_QUOTA},
        {f"container_cpu_usage_seconds_total{_CPU}": growing(6), **_QUOTA},
        30,
    ),
    "KubeContainerAverageMemoryHigh": Case(
        *({f"container_memory_working_set_bytes{_CPU}": steady(used), **_LIMIT, **OWNER} for used in (96, 50)),
        40,
    ),
    "KubePodFailedState": _of_a_pod(
        20, f'kube_pod_status_phase{{{STATE},pod="p",phase="Failed"}}', *map(steady, (1, 0))
    ),
    "KubePVUsageHigh": _state(
        40,
        VOLUME,
        {"kubelet_volume_stats_used_bytes": 90, "kubelet_volume_stats_capacity_bytes": 100},
        {"kubelet_volume_stats_used_bytes": 50, "kubelet_volume_stats_capacity_bytes": 100},
    ),
    "KubePodReadyStateLow": _state(
        20,
        f'{STATE},deployment="d"',
        {"kube_deployment_status_replicas_ready": 1, "kube_deployment_spec_replicas": 2},
        {"kube_deployment_status_replicas_ready": 2, "kube_deployment_spec_replicas": 2},
    ),
    "KubePodContainerRestart": _of_a_pod(
        60, f"kube_pod_container_status_restarts_total{{{POD}}}", growing(1), steady(3)
    ),
    "KubePodCrashLooping": Case(
        *({f'{_WAITING}{{{POD},reason="{why}"}}': steady(1)} for why in ("CrashLoopBackOff", "ContainerCreating")), 40
    ),
    "KubePodNotReadyByController": _of_a_pod(
        40, f'kube_pod_status_phase{{{STATE},pod="p",phase="Pending"}}', steady(1), steady(0)
    ),
    "KubeStatefulSetGenerationMismatch": _state(
        40,
        f'{STATE},statefulset="s"',
        {"kube_statefulset_status_observed_generation": 1, "kube_statefulset_metadata_generation": 2},
        {"kube_statefulset_status_observed_generation": 2, "kube_statefulset_metadata_generation": 2},
    ),
    "KubeJobFailed": _state(40, f'{STATE},job_name="j"', {"kube_job_failed": 1}, {"kube_job_failed": 0}),
    "KubeletPodStartUpLatencyHigh": Case(_started(120), _started(60), 40),
    "KubeDeploymentReplicasMismatch": _state(
        60,
        f'{STATE},deployment="d"',
        *(_replicas("deployment", "spec_replicas", "status_replicas_available", ready) for ready in (1, 2)),
    ),
    "KubeStatefulSetReplicasMismatch": _state(
        60,
        f'{STATE},statefulset="s"',
        *(_replicas("statefulset", "status_replicas", "status_replicas_ready", ready) for ready in (1, 2)),
    ),
    "KubeHpaReplicasMismatch": _state(60, f'{STATE},horizontalpodautoscaler="h"', _scaled(5, 3), _scaled(3, 3)),
    "KubeHpaMaxedOut": _state(40, f'{STATE},horizontalpodautoscaler="h"', _scaled(10, 10), _scaled(3, 3)),
}
"""By alert."""
