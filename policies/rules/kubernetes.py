"""What runs in a cluster: where it may run, what it may do there, and that it stays up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policies.conditions import every, off, on, one_of, present, that
from policies.model import Check, Rule, Severity
from policies.values import MISSING, UNKNOWN, Resource

SERVING = ("deployment", "stateful-set")
PODS = (*SERVING, "job")

POD = "spec.template.spec"
CONTAINERS = (f"{POD}.containers[]", f"{POD}.initContainers[]")
ENFORCED = "pod-security.kubernetes.io/enforce"
TAGGED_IMAGES = "mys-dev"
"""The namespace in which an image may be named by a tag."""


def _containers(path: str, check: Any) -> Check:
    """A check of a field of every container; a pod without init containers has none to check."""

    def checked(resource: Resource) -> Iterator[Any]:
        for containers in CONTAINERS:
            if resource.value(containers) is not MISSING:
                yield from check(f"{containers}.{path}")(resource)

    return checked


def _restricted(resource: Resource) -> Iterator[Any]:
    labels = resource.value("metadata.labels")
    if labels is UNKNOWN:
        yield UNKNOWN
    elif not isinstance(labels, Mapping) or labels.get(ENFORCED) != "restricted":
        seen = labels.get(ENFORCED, "not set") if isinstance(labels, Mapping) else "not set"
        yield f"{ENFORCED}: {seen}"


def _pinned(resource: Resource) -> Iterator[Any]:
    if resource.value("metadata.namespace") != TAGGED_IMAGES:
        yield from _containers("image", lambda path: that(path, lambda image: "@sha256:" in str(image)))(resource)


def _budgeted(resource: Resource, others: Sequence[Resource]) -> Iterator[Any]:
    """A budget that selects exactly these pods."""
    wanted, place = resource.value("spec.selector"), resource.value("metadata.namespace")
    if UNKNOWN in (wanted, place):
        yield UNKNOWN
        return
    budgets = [
        other
        for other in others
        if other.kind == "pod-disruption-budget"
        and other.value("spec.selector") == wanted
        and other.value("metadata.namespace") == place
    ]
    if not budgets:
        yield "no disruption budget with its selector"


RULES = (
    Rule(
        key="namespace-restricted",
        severity=Severity.HIGH,
        demands="namespaces take only pods of the standard `restricted`",
        risk="A pod with rights of its node is let in, and owns the node.",
        fix="Make the namespace with components/kubernetes/namespaces.",
        kinds=("namespace",),
        check=_restricted,
    ),
    Rule(
        key="image-digest",
        severity=Severity.HIGH,
        demands="outside dev images are named by digest",
        risk="Who writes the tag anew changes what runs, and nobody sees it in a change.",
        fix="Set services.<key>.image_digest.",
        kinds=PODS,
        check=_pinned,
    ),
    Rule(
        key="container-limits",
        severity=Severity.MEDIUM,
        demands="every container says what it takes, and how much at the most",
        risk="One that leaks memory takes its neighbours with it, and the scheduler cannot place what says nothing.",
        fix="Set requests and limits of services.<key>.",
        kinds=PODS,
        check=every(
            *(
                _containers(f"resources.{bound}.{what}", present)
                for bound in ("requests", "limits")
                for what in ("cpu", "memory")
            )
        ),
    ),
    Rule(
        key="container-unprivileged",
        severity=Severity.HIGH,
        demands="containers run without root, capabilities and a writable root, under the runtime's seccomp profile",
        risk="Whoever takes over the process has more ways on to the node.",
        fix="Make the pod with components/workloads; name the paths that a service writes in the catalogue.",
        kinds=PODS,
        check=every(
            on(f"{POD}.securityContext.runAsNonRoot"),
            one_of(f"{POD}.securityContext.seccompProfile.type", "RuntimeDefault"),
            _containers("securityContext.allowPrivilegeEscalation", off),
            _containers("securityContext.readOnlyRootFilesystem", on),
            _containers("securityContext.capabilities.drop", lambda path: one_of(path, ["ALL"])),
        ),
    ),
    Rule(
        key="pod-api-token",
        severity=Severity.MEDIUM,
        demands="pods hold no token of the Kubernetes API",
        risk="Whoever takes over the process asks the API server as the pod.",
        fix="Set automountServiceAccountToken to false; tokens of workload identity are another volume.",
        kinds=PODS,
        check=off(f"{POD}.automountServiceAccountToken"),
    ),
    Rule(
        key="probes",
        severity=Severity.MEDIUM,
        demands="what serves says when it is ready and when it hangs",
        risk="Requests reach a copy that cannot answer, and one that hangs is never started again.",
        fix="Name probes of the workload in the catalogue.",
        kinds=SERVING,
        check=every(
            *(present(f"{POD}.containers[].{probe}") for probe in ("readinessProbe", "livenessProbe", "startupProbe"))
        ),
    ),
    Rule(
        key="disruption-budget",
        severity=Severity.MEDIUM,
        demands="an upgrade of nodes takes one copy at a time",
        risk="A drained pool takes all copies of a service at once.",
        fix="Register a disruption budget with the selector of the pods.",
        kinds=SERVING,
        among=_budgeted,
    ),
)
