"""The provider: Pulumi's verbs on the API server of a cluster, as pulumi-kubernetes has them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from components.facts.types import REGISTERED_BY_TOKEN
from offline.azure.transport import Transport
from offline.kubernetes import diff as differences
from offline.kubernetes import errors, writing
from offline.kubernetes.checkpoint import checkpoint, initial_version, sealed, split_state
from offline.kubernetes.client import Client
from offline.kubernetes.cluster import Cluster, Endpoint, Reach
from offline.kubernetes.errors import Unfinished
from offline.kubernetes.faults import KUBERNETES_KINDS
from offline.kubernetes.kinds import BUILT_IN, RELEASE, kind_of_token, object_id, split_id, text, unplayed, world_id
from offline.kubernetes.kubeconfig import Access, Unreachable, read_kubeconfig
from offline.kubernetes.naming import manager_of, with_autoname
from offline.kubernetes.normal import READ_ONLY, has_unknown, normalized, pruned
from offline.kubernetes.options import Options, read_options
from offline.kubernetes.played.api import ApiError, Kind, NoKind, Object, kind_of
from offline.kubernetes.releases import Releases
from offline.kubernetes.wait_for import skips
from offline.kubernetes.waiting import Settle, Waiter
from offline.rpc.protocol import CheckFailure, Created, Diff, Properties, ProviderError
from offline.world.faults import FaultKind
from offline.world.store import World

REVISION = "deployment.kubernetes.io/revision"
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""Annotations that an import takes for nobody's input."""

NOT_INPUT = frozenset({"status"})
SKIP_DELETE = frozenset({"Namespace", "Pod", "ReplicationController", "DaemonSet", "Deployment", "StatefulSet", "Job"})
"""The kinds whose deletion is not awaited where ``pulumi.com/skipAwait`` says so."""


class KubernetesProvider:
    """pulumi-kubernetes on the clusters of one world. ``version`` is the SDK's; ``folder`` is the world's, in which
    ``reach`` starts servers; ``settle`` lets the played controllers of a cluster act; ``sleep`` waits (seconds)."""

    name = "kubernetes"
    replaced_by: Sequence[str] = ()

    def __init__(
        self,
        world: World,
        folder: Path,
        version: str,
        reach: Reach,
        settle: Callable[[Cluster], Settle],
        releases: Releases,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.world = world
        self.version = version
        self.transport = Transport(world, kinds=KUBERNETES_KINDS)
        self.cancelled = threading.Event()
        self._folder, self._reach, self._settle, self._sleep = folder, reach, settle, sleep
        self._releases = releases
        self._options: Options | None = None
        self._cluster: Cluster | None = None

    @property
    def cluster(self) -> Cluster:
        if self._cluster is None:
            raise ProviderError("the kubernetes provider is not configured")
        return self._cluster

    @property
    def options(self) -> Options:
        if self._options is None:
            raise ProviderError("the kubernetes provider is not configured")
        return self._options

    def configure(self, variables: Mapping[str, str]) -> None:
        self._options = options = read_options(variables)
        reach = self._reach
        try:
            access = read_kubeconfig(
                options.kubeconfig, context=options.context, cluster=options.cluster, namespace=options.namespace
            )
        except Unreachable as error:
            access, reach = Access("", ""), _nowhere(error)
        self._cluster = Cluster(access, self._folder, reach)

    def check(
        self, urn: str, token: str, olds: Properties, news: Properties, seed: bytes = b""
    ) -> tuple[Properties, Sequence[CheckFailure]]:
        logical = urn.rpartition("::")[2]
        if token == RELEASE:
            return self._releases.check(logical, olds, news, self.cluster.access.namespace, seed), []
        if why := unplayed(token):
            raise ProviderError(f"the offline cloud does not take {token}: {why}")
        kind = kind_of_token(token)
        inputs = normalized({"apiVersion": kind.api_version, "kind": kind.kind, **news})
        inputs = with_autoname(inputs, olds, logical, seed)
        about = inputs["metadata"]
        if isinstance(about, dict):
            if about.get("generateName"):
                raise ProviderError("the `.metadata.generateName` field is not supported in Server-Side Apply mode")
            if not about.get("namespace") and self.cluster.in_namespace(kind):
                about["namespace"] = self.cluster.access.namespace
        return sealed(inputs), []

    def diff(
        self,
        token: str,
        id: str,
        old_inputs: Properties,
        old_outputs: Properties,
        news: Properties,
        ignore_changes: Sequence[str],
    ) -> Diff:
        if token == RELEASE:
            return self._releases.diff(old_outputs, news, ignore_changes)
        in_namespace = self.cluster.in_namespace(kind_of_token(token))
        found = differences.difference(
            old_outputs, news, namespaced=in_namespace, mutable=self.options.mutable, ignore=ignore_changes
        )
        if differences.asks_for_readiness(news) and self.cluster.reached():
            live = split_state(old_outputs)[1]
            if not self._waiter(self.cluster.api()).job_is_ready(live):
                return differences.unready(found, news, old_outputs)
        return found

    def create(self, urn: str, token: str, inputs: Properties, *, preview: bool, timeout: float) -> Created:
        if token == RELEASE:
            return self._create_release(token, inputs, preview=preview)
        if preview:
            return Created("", self._foreseen_create(urn, token, inputs))
        api, id, manager = self._api(), object_id(inputs), manager_of({}, inputs)
        record = self._record_id(token, id)

        def send() -> Object:
            made = writing.post(api, inputs, preview=False, sleep=self._sleep)
            self.world.note("create", token, record)
            return made

        try:
            sent = self.transport.send("create", token, record, send)
        except (ApiError, NoKind) as error:
            raise self._refused(token, record, errors.not_created(urn, error)) from error
        self._pass_time(token)

        def as_created(live: Object) -> Created:
            return Created(id, checkpoint(inputs, live, str(inputs["apiVersion"]), manager))

        return self._awaited(
            api, inputs, sent.answer, timeout, sent.failed, as_created, lambda said: errors.not_live(urn, said)
        )

    def read(self, urn: str, token: str, id: str, inputs: Properties, state: Properties) -> Created | None:
        if not self.cluster.reached():
            if self.options.delete_unreachable:
                return None
            raise errors.unreadable()
        api = self._api()
        if token == RELEASE:
            return self._releases.read(api, self.world, id, inputs, state)
        kind = kind_of_token(token)
        imported = not inputs and not state
        shape: Properties = normalized(inputs) if inputs else {"apiVersion": kind.api_version, "kind": kind.kind}
        namespace, name = split_id(id)
        if not inputs:
            shape["metadata"] = {"name": name, **({"namespace": namespace} if namespace else {})}
        namespace = namespace or text(shape, "namespace") or self.cluster.access.namespace
        record = self._record_id(token, id)
        try:
            live = self.transport.send("read", token, record, lambda: api.get(kind_of(shape), name, namespace)).answer
        except ApiError as error:
            raise self._refused(token, record, ProviderError(str(error))) from error
        if live is None:
            return None
        unfinished: Unfinished | None = None
        if not imported:
            try:
                self._waiter(api).looked(shape, live)
                live = api.get(kind_of(shape), name, namespace) or live
            except Unfinished as error:
                unfinished = error
        now = _imported(live, shape) if imported else pruned(live, shape)
        manager = manager_of(state, shape)
        found = Created(id, checkpoint(now, live, initial_version(state, shape), manager), sealed(now))
        if unfinished is not None:
            raise ProviderError(str(unfinished), partial=found, reasons=[str(unfinished), *unfinished.reasons])
        return found

    def update(
        self,
        urn: str,
        token: str,
        id: str,
        olds: Properties,
        news: Properties,
        *,
        preview: bool,
        timeout: float,
        ignore_changes: Sequence[str],
    ) -> Properties:
        if token == RELEASE:
            return self._update_release(token, news, preview=preview)
        wanted = normalized(news)
        if preview and (has_unknown(wanted) or not self.cluster.knows(kind_of(wanted))):
            return news
        api = self._api()
        old_inputs, live = split_state(olds)
        before, manager = manager_of(olds, old_inputs), manager_of(olds, wanted)
        record, started_with = self._record_id(token, id), initial_version(olds, old_inputs)

        def as_created(found: Object) -> Created:
            return Created(id, checkpoint(wanted, found, started_with, manager))

        def send() -> Object:
            applied = writing.apply(api, wanted, text(live, "name"), manager, ignore_changes, preview=preview)
            if not preview:
                self.world.note("update", token, record)
            return applied

        try:
            sent = send() if preview else self.transport.send("update", token, record, send)
        except NoKind as error:
            raise errors.not_updated(urn, error) from error
        except ApiError as error:
            if preview and error.code == errors.FORBIDDEN:
                return news
            said = errors.refused_update(error, manager)
            found = api.get(kind_of(wanted), text(live, "name"), text(live, "namespace"))
            if found is None:
                gone = writing.missing(api, kind_of(wanted), text(live, "name"))
                lost = f'update of resource "{urn}" failed: {said}\nunable to get cluster state: {gone}'
                raise self._refused(token, record, ProviderError(lost)) from error
            message = errors.not_live_again(id, said)
            refusal = ProviderError(message, partial=as_created(found), reasons=[message])
            raise self._refused(token, record, refusal) from error
        if isinstance(sent, dict):
            return as_created(sent).properties
        updated = self._awaited(
            api, wanted, sent.answer, timeout, sent.failed, as_created, lambda said: errors.not_live_again(id, said)
        )
        if before != manager:
            writing.relinquish(api, sent.answer, before)
        return updated.properties

    def delete(self, urn: str, token: str, id: str, state: Properties, *, timeout: float) -> None:
        if not self.cluster.reached():
            if self.options.delete_unreachable:
                return
            raise errors.undeletable()
        api, record = self._api(), self._record_id(token, id)
        if token == RELEASE:
            self.transport.send("delete", token, record, lambda: self._releases.remove(api, self.world, state))
            self.world.note("delete", token, record)
            return
        inputs, live = split_state(state)
        kind = kind_of(live) if live.get("kind") else kind_of_token(token)
        namespace, name = split_id(id)
        namespace = text(live, "namespace") or namespace
        try:
            self.transport.send("delete", token, record, lambda: writing.delete(api, kind, name, namespace, inputs))
        except NoKind:
            # Its definition is gone, and with it all objects of the kind.
            self.world.note("delete", token, record)
            return
        except ApiError as error:
            raise self._refused(token, record, ProviderError(str(error))) from error
        if not (skips(inputs) and kind.kind in SKIP_DELETE):
            try:
                self._waiter(api).gone(kind, name, namespace, timeout)
            except Unfinished as error:
                partial = Created(
                    id, checkpoint(inputs, live, initial_version(state, inputs), manager_of(state, inputs))
                )
                raise ProviderError(str(error), partial=partial, reasons=[str(error), *error.reasons]) from error
        self.world.note("delete", token, record)

    def invoke(self, token: str, args: Properties) -> Properties:
        raise ProviderError(f"the offline cloud plays no function of the kubernetes provider; seen: {token}")

    def cancel(self) -> None:
        """End all waiting: what is waited for stays, as an object whose creation is not finished."""
        self.cancelled.set()

    def close(self) -> None:
        if self._cluster is not None:
            self._cluster.close()

    def _api(self) -> Client:
        try:
            return self.cluster.api()
        except Unreachable as error:
            raise errors.unreachable(str(error)) from error

    def _waiter(self, api: Client) -> Waiter:
        return Waiter(api, self._settle(self.cluster), self.cancelled, sleep=self._sleep)

    def _record_id(self, token: str, id: str) -> str:
        return world_id(self.options.identifier, token, id)

    def _refused(self, token: str, record: str, error: ProviderError) -> ProviderError:
        self.world.refuse(token, record, str(error))
        return error

    def _pass_time(self, token: str) -> None:
        """What an object takes in a world with a pace, beside what its controllers do."""
        row = REGISTERED_BY_TOKEN.get(token)
        with self.world.limits() as limits:
            seconds = limits.pace() * row.duration.minutes if row else 0.0
        if seconds:
            self._sleep(seconds)

    def _foreseen_create(self, urn: str, token: str, inputs: Properties) -> Properties:
        """What a dry run returns; the inputs where there can be none."""
        if has_unknown(inputs) or not self.cluster.knows(kind_of(inputs)):
            return inputs
        try:
            live = writing.post(self._api(), inputs, preview=True, sleep=self._sleep)
        except writing.NamespaceMissing:
            return inputs
        except (ApiError, NoKind) as error:
            if isinstance(error, ApiError) and (error.code == errors.FORBIDDEN or errors.exists(error)):
                return inputs
            raise self._refused(
                token, self._record_id(token, object_id(inputs)), errors.not_created(urn, error)
            ) from error
        live.pop("status", None)
        return checkpoint(inputs, live, str(inputs["apiVersion"]), manager_of({}, inputs))

    def _awaited(
        self,
        api: Client,
        inputs: Properties,
        made: Object,
        timeout: float,
        failed: FaultKind | None,
        as_created: Callable[[Object], Created],
        words: Callable[[str], str],
    ) -> Created:
        """The object once it is ready. What does not become ready stays in the state, and the next run waits again."""
        try:
            if failed is not None:
                raise Unfinished(failed.message)
            return as_created(self._waiter(api).ready(inputs, made, timeout))
        except Unfinished as error:
            live = api.get(kind_of(made), text(made, "name"), text(made, "namespace")) or made
            message = words(str(error))
            raise ProviderError(message, partial=as_created(live), reasons=[message, *error.reasons]) from error

    def _create_release(self, token: str, inputs: Properties, *, preview: bool) -> Created:
        if preview:
            return Created("", self._releases.foreseen(inputs))
        api, id = self._api(), self._releases.id(inputs)
        record = self._record_id(token, id)
        sent = self.transport.send("create", token, record, lambda: self._releases.play(api, self.world, inputs))
        self.world.note("create", token, record)
        self._pass_time(token)
        return Created(id, sent.answer)

    def _update_release(self, token: str, news: Properties, *, preview: bool) -> Properties:
        if preview:
            return self._releases.foreseen(news)
        api, record = self._api(), self._record_id(token, self._releases.id(news))
        sent = self.transport.send("update", token, record, lambda: self._releases.play(api, self.world, news))
        self.world.note("update", token, record)
        return sent.answer


def _nowhere(reason: Unreachable) -> Reach:
    """What a kubeconfig reaches that cannot be read: the provider says so once it is asked for something."""

    def reach(_folder: Path, _server: str) -> Endpoint:
        raise reason

    return reach


def _imported(live: Object, shape: Properties) -> Properties:
    """The inputs of an object that is imported: for a built-in kind all that an input can say, else what it is."""
    inputs = pruned(live, shape)
    if Kind(live["apiVersion"], live["kind"]).api_version in BUILT_IN:
        inputs |= {key: value for key, value in live.items() if key not in NOT_INPUT}
    about = {key: value for key, value in (inputs.get("metadata") or {}).items() if key not in READ_ONLY}
    notes = {key: value for key, value in (about.get("annotations") or {}).items() if key not in (REVISION, APPLIED)}
    return {**inputs, "metadata": {**about, **({"annotations": notes} if "annotations" in about else {})}}
