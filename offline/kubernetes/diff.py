"""What changes between live state and inputs (provider/pkg/provider/provider.go ``Diff``, ``convertPatchToDiff``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from offline.kubernetes.checkpoint import split_state
from offline.kubernetes.kinds import annotation, text
from offline.kubernetes.naming import autonamed, named
from offline.kubernetes.normal import normalized, pruned
from offline.kubernetes.paths import Path, ignored, written
from offline.kubernetes.replacing import Mutable, replaces, replacing
from offline.rpc.protocol import UNKNOWN, Change, Diff, Properties

DEFAULT = "default"
REPLACE_UNREADY = "pulumi.com/replaceUnready"
UNREADY = f'metadata.annotations["{REPLACE_UNREADY}"]'


def difference(
    state: Properties, news: Properties, *, namespaced: bool, mutable: Mutable, ignore: Sequence[str] = ()
) -> Diff:
    """How inputs differ from what the state has of the live object, which is first reduced to what was asked for.

    ``ignore`` are the paths of ``ignoreChanges``.
    """
    inputs, live = split_state(state)
    new, old = normalized(news), pruned(live, normalized(inputs))
    _align(old, new, live, namespaced)
    rows = replacing(new, mutable)
    changes: dict[str, Change] = {}
    replaced: list[str] = []
    for path, change, value in changed(old, new):
        name = written(path)
        if ignored(name, ignore):
            continue
        changes[name] = change
        if replaces(path, value, rows) or (change is Change.DELETE and path == ("metadata",)):
            replaced.append(name)
    return Diff(changes, replaced, bool(replaced) and keeps_name(new, live))


def keeps_name(new: Properties, live: Properties) -> bool:
    """Whether a replacement would have the name of what it replaces: then the old object is deleted first."""
    same_place = text(new, "namespace") == text(live, "namespace")
    return named(new) and not autonamed(new) and text(new, "name") == text(live, "name") and same_place


def asks_for_readiness(news: Properties) -> bool:
    """Whether an object is replaced as long as it is not ready; only a Job can be."""
    return annotation(news, REPLACE_UNREADY) == "true" and news.get("kind") == "Job"


def unready(diff: Diff, news: Properties, state: Properties) -> Diff:
    """The same difference of a Job that has failed and is to be replaced."""
    delete_first = keeps_name(news, split_state(state)[1])
    return Diff({**diff.changes, UNREADY: Change.UPDATE}, [*diff.replaces, UNREADY], delete_first)


def changed(old: Any, new: Any, path: Path = ()) -> Iterator[tuple[Path, Change, Any]]:
    """The smallest paths that differ, with how they do and the new value."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in new.items():
            if key not in old:
                if value is not None:
                    yield (*path, key), Change.ADD, value
            else:
                yield from changed(old[key], value, (*path, key))
        yield from (((*path, key), Change.DELETE, None) for key in old if key not in new)
    elif isinstance(old, list) and isinstance(new, list):
        for number, value in enumerate(new):
            if number < len(old):
                yield from changed(old[number], value, (*path, number))
            else:
                yield (*path, number), Change.ADD, value
        yield from (((*path, number), Change.DELETE, None) for number in range(len(new), len(old)))
    elif new is None and old is not None:
        yield path, Change.DELETE, None
    elif new is UNKNOWN or not _same(old, new):
        yield path, Change.UPDATE, new


def _same(old: Any, new: Any) -> bool:
    # True is 1 for Python, not for Kubernetes.
    return old == new and isinstance(old, bool) == isinstance(new, bool)


def _align(old: Properties, new: Properties, live: Mapping[str, Any], namespaced: bool) -> None:
    """What the provider leaves out of the comparison: a namespace that is the default, or where there is none, and a
    name that the server made."""
    for body in (old, new):
        metadata = body.setdefault("metadata", {})
        if not isinstance(metadata, dict):
            continue
        if not namespaced:
            metadata.pop("namespace", None)
        elif metadata.get("namespace") is not UNKNOWN:
            metadata["namespace"] = metadata.get("namespace") or DEFAULT
    if text(new, "name") and isinstance(old.get("metadata"), dict):
        old["metadata"]["name"] = text(live, "name")
    for name in ("apiVersion", "kind"):
        old.setdefault(name, new.get(name))
