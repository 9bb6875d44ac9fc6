"""After a run that was killed or cut off: nothing it made is forgotten, nothing is made twice.

What Pulumi's state may lack, and where it is found: a stale lock of a process that is gone; operations that had begun
(the state lists them as pending); resources that Azure made although nobody heard its answer (they are neither in the
state nor pending, and the next run would stop at them).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.facts.ids import made_id
from components.facts.resource_types import BY_TOKEN
from offline.engine.backend import check_alone, locks, restore, stale_locks
from offline.engine.drift import groups_of
from offline.engine.run import CutOff, Engine, EngineFailed
from offline.rpc.values import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRINGS
from offline.secrecy import PLACEHOLDER
from offline.world.store import World

CREATING = "creating"
CREATES = ("create", "create-replacement", "replace")
"""Steps that make a resource; ``replace`` is what the engine calls the second half of a replacement it had begun."""

FAILING = ("create", "refused")
PROVIDER = "pulumi:providers:azure-native"
KEPT = ("urn", "custom", "type", "parent", "provider", "protect", "retainOnDelete", "customTimeouts")
"""What a planned resource brings into the state; the next run fills the rest in."""


@dataclass(frozen=True)
class Recovery:
    """What was found and done, as logical names.

    ``interrupted`` are operations on what the state already held. ``unwanted`` are the ids of what operations of ours
    made in the stack's groups, no state holds, and its program does not ask for.
    """

    unlocked: bool
    restored: bool
    imported: tuple[str, ...]
    dropped: tuple[str, ...]
    interrupted: tuple[str, ...]
    unwanted: tuple[str, ...]

    @property
    def lines(self) -> Iterator[str]:
        """A report, one line each."""
        if self.unlocked:
            yield "removed the lock of a run that is gone"
        if self.restored:
            yield "the state was cut off while it was written: went back to the one before it"
        for what, names in (
            ("taken into the state, Azure had made it", self.imported),
            ("forgotten, Azure had not made it", self.dropped),
            ("was interrupted, the next run looks at it again", self.interrupted),
            ("Azure has it and the program does not ask for it: adopt it, or delete it", self.unwanted),
        ):
            yield from (f"{name}: {what}" for name in names)


def needs_recovery(engine: Engine, stack: str, since: int = 0) -> bool:
    """Whether a run of this stack left a lock, pending operations, or made what its state does not hold.

    ``since`` is the number of operations that the cloud had seen before the run.
    """
    try:
        return bool(stale_locks(engine, stack) or _pending(engine, stack) or _unrecorded(engine, stack, since))
    except CutOff:
        return True


def recover(engine: Engine, stack: str) -> Recovery:
    """Bring the state of ``stack`` up to what the cloud holds. Raises while another run still works on it.

    The engine's own ``refresh --import-pending-creates`` forgets them instead (3.259.0), so what was made is found by
    what the program would create, and taken into the state.
    """
    check_alone(engine, stack)
    restored = restore(engine, stack)
    unlocked = bool(locks(engine, stack))
    if unlocked:
        _pulumi(engine, ["cancel", stack, "--yes"])
    pending = _pending(engine, stack)
    if pending:
        _pulumi(engine, ["refresh", "--stack", stack, "--yes", "--skip-preview", "--clear-pending-creates"])
    imported: set[str] = set()
    lost = _nobody_holds(engine)
    while engine.resources(stack) and lost:
        made = _made_without_us(engine, stack, lost)
        if not made:
            break
        _take(engine, stack, made)
        # What lies below one of them has no known id before its parent is back.
        imported |= made.keys()
        lost = _nobody_holds(engine)
    subscription, groups = _subscription(engine, stack), groups_of(engine, stack)
    begun = {
        each["resource"]["urn"]: _id(each["resource"]["type"], each["resource"].get("inputs") or {}, subscription)
        for each in pending
        if each["type"] == CREATING
    }
    mine = {id.lower() for id in begun.values()}
    return Recovery(
        unlocked,
        restored,
        imported=tuple(map(_urn_title, sorted(imported))),
        dropped=tuple(_urn_title(urn) for urn, id in begun.items() if urn not in imported and id.lower() not in lost),
        interrupted=tuple(_urn_title(each["resource"]["urn"]) for each in pending if each["type"] != CREATING),
        # What other stacks have lost is theirs to find.
        unwanted=tuple(sorted(id for id in lost if id in mine or id.startswith(groups))),
    )


def _pending(engine: Engine, stack: str) -> list[dict[str, Any]]:
    return list(engine.deployment(stack).get("pending_operations") or [])


def _subscription(engine: Engine, stack: str) -> str:
    for resource in engine.resources(stack):
        if resource["type"] == PROVIDER:
            return str(resource["inputs"]["subscriptionId"])
    return ""


def _id(token: str, inputs: Mapping[str, Any], subscription: str) -> str:
    """The id that a resource gets from its inputs; empty where one of them is not known or the type is not Azure's."""
    row = BY_TOKEN.get(token)
    if row is None:
        return ""
    try:
        return made_id(row, {**inputs, "subscriptionId": subscription})
    except (KeyError, ValueError):
        return ""


@dataclass(frozen=True)
class _Made:
    """What an operation of ours made and the state does not hold: its id, and the state that the program plans for it.

    The engine writes ``[secret]`` where the plan has a secret, and a marker where it does not know the value.
    """

    id: str
    planned: Mapping[str, Any]


def _made_without_us(engine: Engine, stack: str, lost: set[str]) -> dict[str, _Made]:
    """What the program would create although it is there, because an operation of ours created it; by URN.

    ``lost`` are the ids that :func:`_nobody_holds`.
    """
    preview = engine.json(["preview", "--stack", stack, "--json"])
    subscription = _subscription(engine, stack)
    made: dict[str, _Made] = {}
    for step in preview["steps"]:
        if step["op"] not in CREATES:
            continue
        planned = step["newState"]
        id = _id(planned["type"], planned.get("inputs") or {}, subscription)
        if id.lower() in lost:
            made[step["urn"]] = _Made(id, planned)
    return made


def _take(engine: Engine, stack: str, made: Mapping[str, _Made]) -> None:
    """Let the state hold what was made, as the cloud has it; where it replaces something, in the place of that.

    `pulumi import` would do for a resource without secrets: it knows neither which inputs nor which outputs are secret
    and writes all of them in clear, where the next run leaves them. So the state is told first, then refreshed. With
    nothing to compare to, the refresh takes Azure's own values for inputs: those that nobody planned go again.
    """
    exported = _export(engine, stack)
    resources: list[dict[str, Any]] = exported["deployment"]["resources"]
    for urn, each in made.items():
        entry = next((old for old in resources if old["urn"] == urn and old.get("pendingReplacement")), None)
        if entry is None:
            resources.append(entry := _entry(each.planned, {old["urn"] for old in resources}))
        entry.pop("pendingReplacement", None)
        secret_outputs = list(each.planned.get("additionalSecretOutputs") or [])
        inputs = _marked(each.planned.get("inputs") or {})
        entry |= {"id": each.id, "inputs": inputs, "outputs": {}, "additionalSecretOutputs": secret_outputs}
    _import(engine, stack, exported)
    targets = [f"--target={urn}" for urn in made]
    _pulumi(engine, ["refresh", "--stack", stack, "--yes", "--skip-preview", *targets])
    refreshed = _export(engine, stack)
    for entry in refreshed["deployment"]["resources"]:
        if entry["urn"] in made:
            entry["inputs"] = _planned(entry["inputs"], made[entry["urn"]].planned.get("inputs") or {})
    _import(engine, stack, refreshed)


def _export(engine: Engine, stack: str) -> dict[str, Any]:
    return json.loads(_pulumi(engine, ["stack", "export", "--stack", stack]))


def _import(engine: Engine, stack: str, state: Mapping[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "state.json"
        file.write_text(json.dumps(state))
        _pulumi(engine, ["stack", "import", "--stack", stack, "--file", str(file)])


def _planned(value: Any, plan: Any) -> Any:
    """A value without the keys that the plan does not have."""
    if isinstance(value, dict) and isinstance(plan, dict) and SIGNATURE_KEY not in value:
        return {key: _planned(item, plan[key]) for key, item in value.items() if key in plan}
    return value


def _entry(planned: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    """A resource of the state as the program plans it, so far as what it depends on is there."""
    entry = {key: planned[key] for key in KEPT if key in planned}
    entry["dependencies"] = [urn for urn in planned.get("dependencies") or [] if urn in known]
    entry["propertyDependencies"] = {
        name: [urn for urn in urns or [] if urn in known]
        for name, urns in (planned.get("propertyDependencies") or {}).items()
    }
    return entry


def _marked(value: Any) -> Any:
    """Planned inputs as the state spells them: a place that is secret is marked, one that is not known is left out.

    What stands at a marked place is not the value: the refresh that follows brings it, or the next run writes it.
    """
    if isinstance(value, dict):
        return {key: _marked(item) for key, item in value.items() if not _unknown(item)}
    if isinstance(value, list):
        return [_marked(item) for item in value if not _unknown(item)]
    if value == PLACEHOLDER:
        return {SIGNATURE_KEY: SECRET_SIGNATURE, "plaintext": json.dumps(value)}
    return value


def _unknown(value: Any) -> bool:
    return isinstance(value, str) and value in UNKNOWN_STRINGS


def _unrecorded(engine: Engine, stack: str, since: int) -> bool:
    """Whether a create failed for a resource that exists because an operation of ours made it."""
    operations = World(engine.home.cloud).operations(since)
    failed = {id.lower() for verb, _, id, outcome in operations if verb in FAILING and outcome != "done"}
    return not failed.isdisjoint(_nobody_holds(engine))


def _nobody_holds(engine: Engine) -> set[str]:
    """The ids, in lower case, of what operations of ours made and no stack of the program has in its state.

    What is deleted and waits for its replacement has an id and owns nothing any more.
    """
    resources = [each for stack in engine.stacks() for each in engine.resources(stack)]
    held = {str(each.get("id")).lower() for each in resources if not each.get("pendingReplacement")}
    return World(engine.home.cloud).made_here() - held


def _pulumi(engine: Engine, arguments: list[str]) -> str:
    done = engine.capture(arguments)
    if done.returncode:
        raise EngineFailed(done.stdout.strip() + done.stderr.strip())
    return done.stdout


def _urn_title(urn: str) -> str:
    return f"{urn.split('::')[2].rpartition('$')[2]} {_name(urn)}"


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
