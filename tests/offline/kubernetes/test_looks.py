"""Whether objects are ready, on plain data: what pulumi-kubernetes looks at, and why it says that one is not."""

from __future__ import annotations

from typing import Any

import pytest

from offline.kubernetes import looks
from offline.kubernetes.wait_for import conditions
from offline.rpc.protocol import ProviderError

UID = {"uid": "d", "name": "app", "namespace": "mys-dev", "generation": 1}


def condition(kind: str, *, true: bool, reason: str = "", message: str = "") -> dict[str, Any]:
    return {"type": kind, "status": "True" if true else "False", "reason": reason, "message": message}


def deployment(*conditions: dict[str, Any], revision: str = "1", seen: int = 1) -> dict[str, Any]:
    metadata = {**UID, "annotations": {looks.REVISION: revision}}
    return {"metadata": metadata, "spec": {}, "status": {"observedGeneration": seen, "conditions": list(conditions)}}


def replica_set(ready: int, *, revision: str = "1", replicas: int = 2) -> dict[str, Any]:
    owners = [{"uid": "d"}]
    metadata = {"uid": "rs", "annotations": {looks.REVISION: revision}, "ownerReferences": owners}
    return {"metadata": metadata, "spec": {"replicas": replicas}, "status": {"readyReplicas": ready}}


def pod(*, ready: bool, message: str = "", containers: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    true = [condition("PodScheduled", true=True), condition("Initialized", true=True)]
    last = condition("Ready", true=ready, reason="ContainersNotReady", message=message)
    status = {"conditions": [*true, last], "containerStatuses": containers or []}
    return {
        "metadata": {"name": "app-1", "namespace": "mys-dev", "ownerReferences": [{"uid": "rs"}]},
        "status": status,
    }


AVAILABLE = condition("Available", true=True)
ROLLED_OUT = condition("Progressing", true=True, reason="NewReplicaSetAvailable")


def test_a_deployment_is_ready_with_its_newest_replica_set() -> None:
    assert looks.deployment(deployment(AVAILABLE), [replica_set(2)], [], []).ready
    assert not looks.deployment(deployment(AVAILABLE), [replica_set(1)], [], []).ready
    assert not looks.deployment(deployment(AVAILABLE, seen=0), [replica_set(2)], [], []).ready
    second = deployment(AVAILABLE, ROLLED_OUT, revision="2")
    assert looks.deployment(second, [replica_set(2), replica_set(2, revision="2")], [], []).ready
    assert not looks.deployment(deployment(AVAILABLE, revision="2"), [replica_set(2, revision="2")], [], []).ready


def test_a_deployment_says_what_its_conditions_and_pods_say() -> None:
    unavailable = condition("Available", true=False, reason="MinimumReplicasUnavailable", message="not enough")
    waiting = {"name": "app", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}
    broken = pod(ready=False, message="containers with unready status: [app]", containers=[waiting])
    found = looks.deployment(deployment(unavailable), [replica_set(0)], [broken], [])
    assert found.reasons == (
        "[MinimumReplicasUnavailable] not enough",
        "Minimum number of live Pods was not attained",
        "[Pod mys-dev/app-1]: containers with unready status: [app][ImagePullBackOff] no such image",
    )


def test_a_deployment_waits_for_its_claims() -> None:
    body = deployment(AVAILABLE)
    body["spec"] = {"template": {"spec": {"volumes": [{"persistentVolumeClaim": {"claimName": "data"}}]}}}
    claim = {"metadata": {"name": "data"}, "status": {"phase": "Pending"}}
    found = looks.deployment(body, [replica_set(2)], [], [claim])
    assert (found.ready, found.reasons) == (False, ('Failed to bind PersistentVolumeClaim(s): "data"',))


def stateful_set(**status: Any) -> dict[str, Any]:
    return {"metadata": {**UID, "generation": 2}, "spec": {"replicas": 2}, "status": status}


def test_a_stateful_set_is_ready_once_all_pods_have_its_newest_revision() -> None:
    counts = {"replicas": 2, "readyReplicas": 2, "currentReplicas": 2, "observedGeneration": 2}
    assert looks.stateful_set(stateful_set(**counts, currentRevision="a", updateRevision="a"), []).ready
    found = looks.stateful_set(stateful_set(**counts, currentRevision="a", updateRevision="b"), [])
    assert found.reasons == ('StatefulSet controller failed to advance from revision "a" to revision "b"',)
    counts |= {"readyReplicas": 1}
    found = looks.stateful_set(stateful_set(**counts, currentRevision="a", updateRevision="a"), [])
    assert found.reasons == ("1 out of 2 replicas succeeded readiness checks",)
    stale = {**counts, "readyReplicas": 2, "observedGeneration": 1}
    assert not looks.stateful_set(stateful_set(**stale, currentRevision="a", updateRevision="a"), []).ready


def test_a_job_is_ready_when_it_is_complete_and_fails_at_once() -> None:
    started = {"startTime": "2026-01-01T00:00:00Z"}
    done = {"metadata": UID, "status": {**started, "conditions": [condition("Complete", true=True)]}}
    assert looks.job(done).ready
    assert not looks.job({"metadata": UID, "status": started}).ready
    failed = condition("Failed", true=True, reason="BackoffLimitExceeded", message="too often")
    found = looks.job({"metadata": UID, "status": {**started, "conditions": [failed]}})
    assert (found.failed, found.reasons) == (True, ("[BackoffLimitExceeded] too often",))


SELECTS = {"selector": {"a": "b"}, "clusterIP": "10.0.0.1"}


@pytest.mark.parametrize(
    ("spec", "endpoints", "ready"),
    [
        ({**SELECTS, "clusterIP": "None"}, None, True),
        ({"type": "ExternalName", **SELECTS}, None, True),
        ({"clusterIP": "10.0.0.1"}, None, True),
        (SELECTS, None, False),
        (SELECTS, {}, True),
        (SELECTS, {"subsets": [{"addresses": [{}]}]}, True),
        (SELECTS, {"subsets": [{"notReadyAddresses": [{}]}]}, False),
        ({"type": "LoadBalancer", **SELECTS}, {"subsets": [{"addresses": [{}]}]}, False),
    ],
)
def test_a_service_waits_for_pods_that_are_not_ready_and_for_its_address(
    spec: dict[str, Any], endpoints: dict[str, Any] | None, ready: bool
) -> None:
    assert looks.service({"metadata": UID, "spec": spec}, endpoints).ready is ready


def test_a_service_without_an_address_says_so() -> None:
    spec = {"type": "LoadBalancer", **SELECTS}
    reasons = looks.service({"spec": spec}, {"subsets": [{"addresses": [{}]}]}).reasons
    assert reasons == ("Service was not allocated an IP address; does your cloud provider support this?",)
    placed = {"spec": spec, "status": {"loadBalancer": {"ingress": [{"ip": "10.0.6.14"}]}}}
    assert looks.service(placed, {"subsets": []}).ready


def test_a_claim_that_waits_for_a_pod_is_ready_before_it_is_bound() -> None:
    pending = {"status": {"phase": "Pending"}}
    assert [looks.claim(pending, waits).ready for waits in (True, False)] == [True, False]
    assert looks.claim({"status": {"phase": "Bound"}}, False).ready


def test_a_quota_is_ready_once_its_controller_has_taken_it() -> None:
    assert looks.quota({"spec": {"hard": {"pods": "1"}}, "status": {"hard": {"pods": "1"}}}).ready
    assert not looks.quota({"spec": {"hard": {"pods": "1"}}}).ready


def waiting_for(text: str) -> dict[str, Any]:
    return {"metadata": {"generation": 2, "annotations": {"pulumi.com/waitFor": text}}}


def meets(text: str, status: dict[str, Any]) -> bool:
    body = {**waiting_for(text), "status": status}
    return all(each.met(body) for each in conditions(body))


def test_conditions_are_met_by_the_newest_generation() -> None:
    ready = condition("Ready", true=True)
    assert meets("condition=ready", {"conditions": [ready]})
    assert not meets("condition=Ready", {"conditions": [{**ready, "observedGeneration": 1}]})
    assert meets("condition=Ready=False", {"conditions": [condition("Ready", true=False)]})
    assert not meets("condition=Ready", {})


def test_several_conditions_are_a_list_and_all_must_hold() -> None:
    both = '["condition=Ready", "jsonpath={.status.phase}=Bound"]'
    status = {"conditions": [condition("Ready", true=True)], "phase": "Bound"}
    assert meets(both, status)
    assert not meets(both, {**status, "phase": "Pending"})


def test_a_path_is_met_by_any_value_or_by_the_one_it_names() -> None:
    status = {"loadBalancer": {"ingress": [{"ip": "10.0.6.14"}]}, "ready": True, "observedGeneration": 2}
    assert meets("jsonpath={.status.loadBalancer.ingress[0].ip}", status)
    assert meets("jsonpath={$.status['ready']}=true", status)
    assert not meets("jsonpath={.status.loadBalancer.ingress[1].ip}", status)
    assert not meets("jsonpath={.status.ready}", {**status, "observedGeneration": 1})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ready", 'expected a "jsonpath=" or "condition=" prefix, got "Ready"'),
        ("jsonpath=.status", "should be wrapped in brackets"),
        ("jsonpath={.status}=", "requires a value"),
        ("jsonpath={.status[*].a}", "plays names and numbers"),
        ("[]", "at least one condition must be specified"),
    ],
)
def test_a_wrong_condition_is_refused(text: str, said: str) -> None:
    with pytest.raises(ProviderError, match=said.replace("(", "\\(")):
        conditions(waiting_for(text))
