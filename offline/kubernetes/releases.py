"""Helm releases: who they are and what changes them, as pulumi-kubernetes has it
(provider/pkg/provider/helm_release.go); what a chart makes is played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components.problems import InvalidInput
from offline.kubernetes import errors
from offline.kubernetes.checkpoint import INPUTS
from offline.kubernetes.client import Client
from offline.kubernetes.diff import changed
from offline.kubernetes.errors import Unfinished
from offline.kubernetes.kinds import RELEASE, split_id
from offline.kubernetes.naming import unique_name
from offline.kubernetes.normal import has_unknown
from offline.kubernetes.paths import ignored, written
from offline.kubernetes.played.api import ApiError
from offline.kubernetes.played.releases import play_release, problems_of, read_release, remove_release, waiting
from offline.kubernetes.work import Work
from offline.rpc.protocol import UNKNOWN, Change, CheckFailure, Created, Diff, Properties, ProviderError, Secret

DEFAULT_SECONDS = 300
COMPUTED = ("resourceNames", "status")
REPLACING = frozenset({"name", "namespace"})


def check_release(
    logical: str, olds: Properties, news: Properties, namespace: str, seed: bytes
) -> tuple[Properties, Sequence[CheckFailure]]:
    """The inputs with a name, a namespace and a time limit, and what of them is not played."""
    inputs = {key: value for key, value in news.items() if key != "resourceNames"}
    name = inputs.get("name") or olds.get("name") or unique_name(f"{logical}-", seed)
    limit = {} if inputs.get("skipAwait") or "timeout" in inputs else {"timeout": DEFAULT_SECONDS}
    inputs = {**inputs, **limit, "name": name, "namespace": inputs.get("namespace") or namespace}
    problems = [] if has_unknown(inputs) else problems_of(inputs)
    return inputs, [CheckFailure("", str(each)) for each in problems]


def diff_release(state: Properties, news: Properties, ignore: Sequence[str]) -> Diff:
    """How inputs differ from those that a release was made with."""
    olds = dict(state.get(INPUTS) or {})
    olds.pop("resourceNames", None)
    found = ((written(path), change) for path, change, _ in changed(olds, news))
    changes: Mapping[str, Change] = {path: change for path, change in found if not ignored(path, ignore)}
    return Diff(changes, [path for path in changes if path in REPLACING])


def create_release(work: Work, inputs: Properties, *, preview: bool) -> Created:
    """Install a release and wait for what it makes."""
    if preview:
        return Created("", _foreseen(inputs))
    id = f"{inputs['namespace']}/{inputs['name']}"
    return Created(id, _played(work, "create", id, inputs))


def update_release(work: Work, id: str, news: Properties, *, preview: bool) -> Properties:
    """Upgrade a release and wait for what it makes."""
    return _foreseen(news) if preview else _played(work, "update", id, news)


def read_back(work: Work, api: Client, id: str, inputs: Properties, state: Properties) -> Created | None:
    """The release as Helm keeps it; ``None`` where it has none. Raises for one that is imported."""
    asked = dict(state.get(INPUTS) or inputs)
    if not asked:
        raise ProviderError(f"the offline cloud imports no Helm release; seen: {id}")
    namespace, name = split_id(id)
    found = work.send("read", RELEASE, id, lambda: read_release(api, namespace, name)).answer
    return None if found is None else Created(id, _properties(asked, found), asked)


def delete_release(work: Work, api: Client, id: str, state: Properties) -> None:
    """Uninstall a release."""
    asked = dict(state.get(INPUTS) or state)
    work.send("delete", RELEASE, id, lambda: remove_release(api, asked))
    work.deleted(RELEASE, id)


def _foreseen(inputs: Properties) -> Properties:
    return _properties(inputs, {**inputs, **dict.fromkeys(COMPUTED, UNKNOWN)})


def _properties(inputs: Properties, outputs: Mapping[str, Any]) -> Properties:
    return {**outputs, INPUTS: Secret(inputs)}


def _played(work: Work, verb: str, id: str, inputs: Properties) -> Properties:
    api = work.api()
    try:
        sent = work.send(verb, RELEASE, id, lambda: play_release(api, work.world, inputs))
    except (ApiError, InvalidInput) as error:
        raise work.refused(RELEASE, id, ProviderError(str(error))) from error
    work.pass_time(RELEASE)
    properties = _properties(inputs, sent.answer)
    try:
        if sent.failed is not None:
            raise Unfinished(sent.failed.message)
        limit = float(inputs.get("timeout") or DEFAULT_SECONDS)
        work.waiter(api).nothing_left(lambda: waiting(api, inputs), limit)
    except Unfinished as error:
        message = errors.release_not_ready(id, str(error))
        reasons = [message, *error.reasons]
        raise ProviderError(message, partial=Created(id, properties), reasons=reasons) from error
    return properties
