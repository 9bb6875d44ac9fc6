"""A service in the cluster: its account, its values, its pods and what is around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.kubernetes.manifests import Manifest
from components.kubernetes.objects import KubernetesObject
from components.workloads import manifests
from components.workloads.pods import PodInputs
from components.workloads.policies import network_policy
from components.workloads.spec import AccountSpec, PolicySpec, WorkloadSpec
from components.workloads.values import config_map, secret_class, secret_name


@dataclass(frozen=True)
class WorkloadInputs:
    """What only the deployment knows of a workload."""

    client_id: pulumi.Input[str]
    """That of its identity."""
    versions: Mapping[str, pulumi.Input[str]]
    """By secret of its vault: the version that it reads; empty: the newest."""
    within: pulumi.ResourceOptions
    """What everything in its namespace waits for."""
    after: Sequence[pulumi.Resource]
    """What must be there before its pods: their rights, what their identity trusts, the databases."""


class Workload(pulumi.ComponentResource):
    """A service in the cluster.

    Without a spec it is an account and a network policy: those of a job, which somebody starts, and those of a service
    whose image is not there yet. A job's pods carry the labels of the policy.
    """

    TOKEN = "mystira:workloads:Workload"

    def __init__(
        self,
        name: str,
        account: AccountSpec,
        policy: PolicySpec,
        spec: WorkloadSpec | None,
        given: WorkloadInputs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        self._within = given.within
        # Before the pods: whoever starts without them runs as nobody, and talks to nobody.
        first = [
            self._put("service-account", account.name, manifests.service_account(account, given.client_id)),
            self._put("network-policy", policy.name, network_policy(policy, account.labels)),
        ]
        if spec is not None:
            self._pods(spec, given, first)
        self.register_outputs({})

    def _pods(self, spec: WorkloadSpec, given: WorkloadInputs, first: Sequence[pulumi.Resource]) -> None:
        pods = self._values(spec, given)
        after = [*first, *given.after]
        self._put("service", spec.name, manifests.service(spec))
        self._put("pod-disruption-budget", spec.name, manifests.disruption_budget(spec))
        if spec.disk is None:
            made = self._put("deployment", spec.name, manifests.deployment(spec, pods), after)
            self._put("horizontal-pod-autoscaler", spec.name, manifests.autoscaler(spec), [made])
            return
        kind = self._put("storage-class", spec.disk.storage_class, manifests.storage_class(spec, spec.disk))
        self._put("stateful-set", spec.name, manifests.stateful_set(spec, spec.disk, pods), [*after, kind])
        if spec.peers:
            self._put("service", spec.peers.name, manifests.peers_service(spec, spec.peers))

    def _values(self, spec: WorkloadSpec, given: WorkloadInputs) -> PodInputs:
        """What the pods read. Whatever it is, it has another name once it is something else."""
        read = {name: given.versions[name] for name in dict.fromkeys(spec.secrets.values())}
        variables = self._put("config-map", spec.name, config_map(spec))
        if not read:
            return PodInputs(variables.object_name, "", "")
        secret = secret_name(spec, read)
        source = self._put(
            "secret-provider-class",
            spec.name,
            secret_class(spec, read, secret, given.client_id),
            replaced_on=["spec"],
        )
        return PodInputs(
            config_map=variables.object_name,
            secret=secret,
            secret_class=source.object_name,
        )

    def _put(
        self,
        kind: str,
        name: str,
        manifest: Manifest,
        after: Sequence[pulumi.Resource] = (),
        replaced_on: list[str] | None = None,
    ) -> KubernetesObject:
        own = pulumi.ResourceOptions(parent=self, depends_on=list(after), replace_on_changes=replaced_on)
        return KubernetesObject(kind, name, manifest, pulumi.ResourceOptions.merge(self._within, own))
