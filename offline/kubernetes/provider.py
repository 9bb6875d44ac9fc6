"""The provider: Pulumi's verbs on the API server of a cluster, as pulumi-kubernetes has them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from offline.azure.transport import Sent, Transport
from offline.kubernetes import diff as differences
from offline.kubernetes import errors, releases
from offline.kubernetes.access import Access, Unreachable, read_kubeconfig
from offline.kubernetes.checkpoint import checkpoint, initial_version, sealed, split_state
from offline.kubernetes.client import Client
from offline.kubernetes.cluster import Cluster, Endpoint, Reach
from offline.kubernetes.errors import Unfinished
from offline.kubernetes.faults import KUBERNETES_KINDS
from offline.kubernetes.importing import asked_by_id, imported_inputs
from offline.kubernetes.kinds import RELEASE, kind_of_token, object_id, split_id, text, unplayed
from offline.kubernetes.naming import manager_of, with_autoname
from offline.kubernetes.normal import has_unknown, normalized, pruned
from offline.kubernetes.options import read_options
from offline.kubernetes.played.api import ApiError, NoKind, Object, kind_of
from offline.kubernetes.wait_for import skips
from offline.kubernetes.waiting import Settle
from offline.kubernetes.work import Work
from offline.kubernetes.writing import NamespaceMissing, apply, delete, missing, post, relinquish
from offline.rpc.protocol import CheckFailure, Created, Diff, Properties, ProviderError
from offline.world.store import World

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
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.world = world
        self.version = version
        self._folder, self._reach, self._settle, self._sleep = folder, reach, settle, sleep
        self._configured: Work | None = None

    @property
    def work(self) -> Work:
        """What the configured provider works with."""
        if self._configured is None:
            raise ProviderError("the kubernetes provider is not configured")
        return self._configured

    def configure(self, variables: Mapping[str, str]) -> None:
        options, reach = read_options(variables), self._reach
        try:
            access = read_kubeconfig(
                options.kubeconfig, context=options.context, cluster=options.cluster, namespace=options.namespace
            )
        except Unreachable as error:
            access, reach = Access("", ""), _nowhere(error)
        cluster = Cluster(access, self._folder, reach)
        transport = Transport(self.world, kinds=KUBERNETES_KINDS)
        self._configured = Work(self.world, transport, cluster, options, self._settle, self._sleep)

    def check(
        self, urn: str, token: str, olds: Properties, news: Properties, seed: bytes = b""
    ) -> tuple[Properties, Sequence[CheckFailure]]:
        logical, cluster = urn.rpartition("::")[2], self.work.cluster
        if token == RELEASE:
            return releases.check_release(logical, olds, news, cluster.access.namespace, seed)
        if why := unplayed(token):
            raise ProviderError(f"the offline cloud does not take {token}: {why}")
        kind = kind_of_token(token)
        inputs = normalized({"apiVersion": kind.api_version, "kind": kind.kind, **news})
        inputs = with_autoname(inputs, olds, logical, seed)
        about = inputs["metadata"]
        if isinstance(about, dict):
            if about.get("generateName"):
                raise ProviderError("the `.metadata.generateName` field is not supported in Server-Side Apply mode")
            if not about.get("namespace") and cluster.in_namespace(kind):
                about["namespace"] = cluster.access.namespace
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
            return releases.diff_release(old_outputs, news, ignore_changes)
        work = self.work
        in_namespace = work.cluster.in_namespace(kind_of_token(token))
        found = differences.difference(
            old_outputs, news, namespaced=in_namespace, mutable=work.options.mutable, ignore=ignore_changes
        )
        if differences.asks_for_readiness(news) and work.cluster.reached():
            live = split_state(old_outputs)[1]
            if not work.waiter(work.api()).job_is_ready(live):
                return differences.unready(found, news, old_outputs)
        return found

    def create(self, urn: str, token: str, inputs: Properties, *, preview: bool, timeout: float) -> Created:
        if token == RELEASE:
            return releases.create_release(self.work, inputs, preview=preview)
        if preview:
            return Created("", self._foreseen_create(urn, token, inputs))
        work, id, manager = self.work, object_id(inputs), manager_of({}, inputs)
        api = work.api()
        work.complete()
        try:
            sent = work.send("create", token, id, lambda: post(api, inputs, preview=False, sleep=self._sleep))
        except (ApiError, NoKind) as error:
            raise work.refused(token, id, errors.not_created(urn, error)) from error
        work.pass_time(token)

        def as_created(live: Object) -> Created:
            return Created(id, checkpoint(inputs, live, str(inputs["apiVersion"]), manager))

        return self._awaited(api, inputs, sent, timeout, as_created, lambda said: errors.not_live(urn, said))

    def read(self, urn: str, token: str, id: str, inputs: Properties, state: Properties) -> Created | None:
        work = self.work
        if not work.cluster.reached():
            if work.options.delete_unreachable:
                return None
            raise errors.unreadable()
        api = work.api()
        if token == RELEASE:
            return releases.read_back(work, api, id, inputs, state)
        imported = not inputs and not state
        shape = normalized(inputs) if inputs else asked_by_id(token, id)
        namespace, name = split_id(id)
        namespace = namespace or text(shape, "namespace") or work.cluster.access.namespace
        try:
            live = work.send("read", token, id, lambda: api.get(kind_of(shape), name, namespace)).answer
        except ApiError as error:
            raise work.refused(token, id, ProviderError(str(error))) from error
        if live is None:
            return None
        unfinished: Unfinished | None = None
        if not imported:
            try:
                work.waiter(api).looked(shape, live)
                live = api.get(kind_of(shape), name, namespace) or live
            except Unfinished as error:
                unfinished = error
        now = imported_inputs(live, shape) if imported else pruned(live, shape)
        state_now = checkpoint(now, live, initial_version(state, shape), manager_of(state, shape))
        found = Created(id, state_now, sealed(now))
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
        work = self.work
        if token == RELEASE:
            return releases.update_release(work, id, news, preview=preview)
        wanted = normalized(news)
        if preview and (has_unknown(wanted) or not work.cluster.knows(kind_of(wanted))):
            return news
        api = work.api()
        old_inputs, live = split_state(olds)
        before, manager = manager_of(olds, old_inputs), manager_of(olds, wanted)
        name, namespace, started_with = text(live, "name"), text(live, "namespace"), initial_version(olds, old_inputs)

        def as_created(found: Object) -> Created:
            return Created(id, checkpoint(wanted, found, started_with, manager))

        def send() -> Object:
            return apply(api, wanted, name, manager, ignore_changes, preview=preview)

        try:
            if preview:
                return as_created(send()).properties
            sent = work.send("update", token, id, send)
        except NoKind as error:
            raise errors.not_updated(urn, error) from error
        except ApiError as error:
            if preview and error.code == errors.FORBIDDEN:
                return news
            said = errors.refused_update(error, manager)
            found = api.get(kind_of(wanted), name, namespace)
            if found is None:
                gone = ProviderError(errors.gone(urn, said, missing(api, kind_of(wanted), name)))
                raise work.refused(token, id, gone) from error
            message = errors.not_live_again(id, said)
            refusal = ProviderError(message, partial=as_created(found), reasons=[message])
            raise work.refused(token, id, refusal) from error
        updated = self._awaited(api, wanted, sent, timeout, as_created, lambda said: errors.not_live_again(id, said))
        if before != manager:
            relinquish(api, sent.answer, before)
        return updated.properties

    def delete(self, urn: str, token: str, id: str, state: Properties, *, timeout: float) -> None:
        work = self.work
        if not work.cluster.reached():
            if work.options.delete_unreachable:
                return
            raise errors.undeletable()
        api = work.api()
        if token == RELEASE:
            releases.delete_release(work, api, id, state)
            return
        inputs, live = split_state(state)
        kind = kind_of(live) if live.get("kind") else kind_of_token(token)
        namespace, name = split_id(id)
        namespace = text(live, "namespace") or namespace
        try:
            work.send("delete", token, id, lambda: delete(api, kind, name, namespace, inputs))
            if not (skips(inputs) and kind.kind in SKIP_DELETE):
                work.waiter(api).gone(kind, name, namespace, timeout)
        except NoKind:
            # Its definition is gone, and with it all objects of the kind: nothing is left to wait for.
            pass
        except ApiError as error:
            raise work.refused(token, id, ProviderError(str(error))) from error
        except Unfinished as error:
            left = checkpoint(inputs, live, initial_version(state, inputs), manager_of(state, inputs))
            raise ProviderError(str(error), partial=Created(id, left), reasons=[str(error), *error.reasons]) from error
        work.deleted(token, id)

    def invoke(self, token: str, args: Properties) -> Properties:
        raise ProviderError(f"the offline cloud plays no function of the kubernetes provider; seen: {token}")

    def cancel(self) -> None:
        """End all waiting: what is waited for stays, as an object whose creation is not finished."""
        if self._configured is not None:
            self._configured.cancelled.set()

    def close(self) -> None:
        """End the connections."""
        if self._configured is not None:
            self._configured.cluster.close()

    def _foreseen_create(self, urn: str, token: str, inputs: Properties) -> Properties:
        """What a dry run returns; the inputs where there can be none."""
        work = self.work
        if has_unknown(inputs) or not work.cluster.knows(kind_of(inputs)):
            return inputs
        try:
            live = post(work.api(), inputs, preview=True, sleep=self._sleep)
        except NamespaceMissing:
            return inputs
        except (ApiError, NoKind) as error:
            if isinstance(error, ApiError) and (error.code == errors.FORBIDDEN or errors.exists(error)):
                return inputs
            raise work.refused(token, object_id(inputs), errors.not_created(urn, error)) from error
        live.pop("status", None)
        return checkpoint(inputs, live, str(inputs["apiVersion"]), manager_of({}, inputs))

    def _awaited(
        self,
        api: Client,
        inputs: Properties,
        sent: Sent[Object],
        timeout: float,
        as_created: Callable[[Object], Created],
        words: Callable[[str], str],
    ) -> Created:
        """The object once it is ready. What does not become ready stays in the state, and the next run waits again."""
        made = sent.answer
        try:
            if sent.failed is not None:
                raise Unfinished(sent.failed.message)
            return as_created(self.work.waiter(api).ready(inputs, made, timeout))
        except Unfinished as error:
            live = api.get(kind_of(made), text(made, "name"), text(made, "namespace")) or made
            message = words(str(error))
            raise ProviderError(message, partial=as_created(live), reasons=[message, *error.reasons]) from error


def _nowhere(reason: Unreachable) -> Reach:
    """What a kubeconfig reaches that cannot be read: the provider says so once it is asked for something."""

    def reach(_folder: Path, _server: str) -> Endpoint:
        raise reason

    return reach
