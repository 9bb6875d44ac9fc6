"""Helm releases: who they are and what changes them, as pulumi-kubernetes has it
(provider/pkg/provider/helm_release.go); what a chart makes is played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from offline.kubernetes.diff import changed
from offline.kubernetes.naming import unique_name
from offline.kubernetes.paths import ignored, written
from offline.kubernetes.played.api import Api
from offline.rpc.protocol import UNKNOWN, Change, Created, Diff, Properties, ProviderError, Secret
from offline.world.store import World

INPUTS = "__inputs"
DEFAULT_SECONDS = 300
COMPUTED = ("resourceNames", "status")
REPLACING = frozenset({"name", "namespace"})

Play = Callable[[Api, World, Properties], Properties]
Remove = Callable[[Api, World, Properties], None]


@dataclass(frozen=True)
class Releases:
    """Plays what charts make: ``play_release`` returns what the release is then, ``remove_release`` takes it away."""

    play_release: Play
    remove_release: Remove

    @staticmethod
    def check(logical: str, olds: Properties, news: Properties, namespace: str, seed: bytes) -> Properties:
        """The inputs with a name, a namespace and a time limit."""
        inputs = {key: value for key, value in news.items() if key != "resourceNames"}
        name = inputs.get("name") or olds.get("name") or unique_name(f"{logical}-", seed)
        limit = {} if inputs.get("skipAwait") or "timeout" in inputs else {"timeout": DEFAULT_SECONDS}
        return {**inputs, **limit, "name": name, "namespace": inputs.get("namespace") or namespace}

    @staticmethod
    def diff(state: Properties, news: Properties, ignore: Sequence[str]) -> Diff:
        """How inputs differ from those that the release was made with."""
        olds = dict(state.get(INPUTS) or {})
        olds.pop("resourceNames", None)
        changes: dict[str, Change] = {}
        for path, change, _ in changed(olds, news):
            name = written(path)
            if not ignored(name, ignore):
                changes[name] = change
        return Diff(changes, [path for path in changes if path in REPLACING])

    @staticmethod
    def id(inputs: Properties) -> str:
        return f"{inputs['namespace']}/{inputs['name']}"

    @staticmethod
    def foreseen(inputs: Properties) -> Properties:
        """What a preview knows of a release."""
        return {**inputs, INPUTS: Secret(inputs), **dict.fromkeys(COMPUTED, UNKNOWN)}

    def play(self, api: Api, world: World, inputs: Properties) -> Properties:
        """Install a release, or bring it in line with its inputs."""
        return {**inputs, **self.play_release(api, world, inputs), INPUTS: Secret(inputs)}

    def remove(self, api: Api, world: World, state: Properties) -> None:
        self.remove_release(api, world, dict(state.get(INPUTS) or {}))

    @staticmethod
    def read(api: Api, world: World, id: str, inputs: Properties, state: Properties) -> Created | None:
        """The release as its state has it: nobody else changes one here."""
        if not state:
            raise ProviderError(f"the offline cloud imports no Helm release; seen: {id}")
        kept: Any = {key: value for key, value in state.items() if key != INPUTS}
        return Created(id, {**kept, INPUTS: Secret(state.get(INPUTS) or inputs)}, inputs)
