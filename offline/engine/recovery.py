"""Recovery from a run that was killed or interrupted: nothing it created is lost, nothing is created twice.

Such a run leaves a lock whose process is gone; operations that had begun (the state lists them as pending); and
resources that Azure created although its answer was lost (neither in the state nor pending: the next run would stop at
them).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.facts.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRINGS
from offline.engine.backend import check_alone, locks, restore, stale_locks
from offline.engine.drift import groups_of
from offline.engine.ids import KUBERNETES, id_of, places_of, recorded_id
from offline.engine.run import CutOff, Engine, EngineFailed
from offline.entra.objects import RECOVERING
from offline.secrecy import PLACEHOLDER
from offline.world.store import World

CREATING = "creating"
CREATES = ("create", "create-replacement", "replace")
"""Steps that create a resource; the engine calls the second half of an interrupted replacement ``replace``."""

FAILING = ("create", "refused")
ABOUT = ("version", "features")
"""What the engine says of the form of a state."""
KEPT = ("urn", "custom", "type", "parent", "provider", "protect", "retainOnDelete", "customTimeouts")
"""What the state takes from a planned resource; the next run fills in the rest."""


@dataclass(frozen=True)
class Recovery:
    """What was found and done."""

    unlocked: bool
    """Whether there was a lock of a run that is gone."""
    restored: bool
    """Whether the state was incomplete and an earlier one took its place."""
    imported: tuple[str, ...]
    """Resources that Azure had created: type and logical name. The state holds them now."""
    dropped: tuple[str, ...]
    """Resources that Azure had not created: type and logical name. They are no longer pending."""
    interrupted: tuple[str, ...]
    """Resources of the state with an interrupted operation: type and logical name."""
    unwanted: tuple[str, ...]
    """Ids of what our operations created in the stack's groups although no state holds it and no program wants it."""

    @property
    def lines(self) -> Iterator[str]:
        """The report, one line per finding."""
        if self.unlocked:
            yield "removed the lock of a run that is gone"
        if self.restored:
            yield "the last write of the state was interrupted: returned to the state before it"
        for what, names in (
            ("Azure had created it, it is in the state now", self.imported),
            ("Azure had not created it, it is no longer pending", self.dropped),
            ("its operation was interrupted, the next run repeats it", self.interrupted),
            ("Azure has it and no program wants it: adopt it, or delete it", self.unwanted),
        ):
            yield from (f"{name}: {what}" for name in names)


def needs_recovery(engine: Engine, stack: str, since: int = 0) -> bool:
    """Whether a run of this stack left a lock, pending operations, or resources that its state does not hold.

    ``since`` is the number of operations in the cloud before the run.
    """
    try:
        return bool(stale_locks(engine, stack) or _pending(engine, stack) or _unrecorded(engine, stack, since))
    except CutOff:
        return True


def recover(engine: Engine, stack: str) -> Recovery:
    """Bring the state of ``stack`` in line with the cloud. Raises while another run of it is in progress.

    The engine's own ``refresh --import-pending-creates`` drops what was created (3.259.0). So a preview says what the
    program would create, and what exists of that is added to the state.
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
        # The ids of their children are known only once the parents are in the state.
        imported |= made.keys()
        lost = _nobody_holds(engine)
    places, groups = places_of(engine, stack), groups_of(engine, stack)
    begun = {
        each["resource"]["urn"]: recorded_id(places, each["resource"], id_of(engine, each["resource"], places))
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
        # The losses of other stacks are reported by their own recovery.
        unwanted=tuple(sorted(id for id in lost if id in mine or id.startswith(groups))),
    )


def settle_pending_creates(engine: Engine, stack: str) -> None:
    """Put what a killed run had begun to create into the state, as far as it exists: a refresh drops what does not.

    For a cloud that keeps no record of who created what. Only for a stack that nobody else writes to.
    """
    begun = [each["resource"] for each in _pending(engine, stack) if each["type"] == CREATING]
    places = places_of(engine, stack)
    made = {each["urn"]: _Made(id_of(engine, each, places), each) for each in begun}
    _pulumi(engine, ["refresh", "--stack", stack, "--yes", "--skip-preview", "--clear-pending-creates"])
    known = {urn: each for urn, each in made.items() if each.id}
    if known:
        _take(engine, stack, known)


def _pending(engine: Engine, stack: str) -> list[dict[str, Any]]:
    return list(engine.deployment(stack).get("pending_operations") or [])


@dataclass(frozen=True)
class _Made:
    """A resource that our operation created and the state does not hold."""

    id: str
    planned: Mapping[str, Any]
    """Its state as the preview plans it: ``[secret]`` in place of secrets, a marker in place of unknown values."""


def _made_without_us(engine: Engine, stack: str, lost: set[str]) -> dict[str, _Made]:
    """What the program would create although our operation already did; by URN. ``lost``: see :func:`_nobody_holds`."""
    preview = engine.json(["preview", "--stack", stack, "--json"], {RECOVERING: "true"})
    places = places_of(engine, stack)
    made: dict[str, _Made] = {}
    for step in preview["steps"]:
        if step["op"] not in CREATES:
            continue
        planned = step["newState"]
        id = id_of(engine, planned, places)
        if recorded_id(places, planned, id).lower() in lost:
            made[step["urn"]] = _Made(id, planned)
    return made


def _take(engine: Engine, stack: str, made: Mapping[str, _Made]) -> None:
    """Add to the state what was created, as the cloud has it; a replacement takes the place of what it replaces.

    `pulumi import` would work only for resources without secrets: it does not know which inputs and outputs are secret
    and writes them in clear text, where the next run leaves them. So the entries are written first, then refreshed.
    With nothing to compare to, the refresh takes all of Azure's values as inputs; those that were not planned are
    removed afterwards.
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
    for entry in refreshed["deployment"].get("resources") or []:
        if entry["urn"] in made:
            entry["inputs"] = _planned(entry["inputs"], made[entry["urn"]].planned.get("inputs") or {})
    _import(engine, stack, refreshed)


def _export(engine: Engine, stack: str) -> dict[str, Any]:
    """The state as `pulumi stack export` gives it, which takes another run of the engine."""
    kept = json.loads(engine.checkpoint(stack).read_text())
    about = {key: kept[key] for key in ABOUT if key in kept}
    return {**about, "deployment": kept["checkpoint"]["latest"]}


def _import(engine: Engine, stack: str, state: Mapping[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "state.json"
        file.write_text(json.dumps(state))
        _pulumi(engine, ["stack", "import", "--stack", stack, "--file", str(file)])


def _planned(value: Any, plan: Any) -> Any:
    """A value reduced to the keys of the plan."""
    if isinstance(value, dict) and isinstance(plan, dict) and SIGNATURE_KEY not in value:
        return {key: _planned(item, plan[key]) for key, item in value.items() if key in plan}
    return value


def _entry(planned: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    """The state's entry for a planned resource; dependencies that are not in the state are left out."""
    entry = {key: planned[key] for key in KEPT if key in planned}
    entry["dependencies"] = [urn for urn in planned.get("dependencies") or [] if urn in known]
    entry["propertyDependencies"] = {
        name: [urn for urn in urns or [] if urn in known]
        for name, urns in (planned.get("propertyDependencies") or {}).items()
    }
    return entry


def _marked(value: Any) -> Any:
    """Planned inputs in the state's notation: secrets are marked, unknown values left out.

    The marked text is a placeholder: the refresh that follows fetches the value, or the next run writes it.
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
    """Whether a create failed for a resource that exists because our own operation created it."""
    operations = World(engine.home.cloud).operations(since)
    failed = {id.lower() for verb, _, id, outcome in operations if verb in FAILING and outcome != "done"}
    return not failed.isdisjoint(_nobody_holds(engine))


def _nobody_holds(engine: Engine) -> set[str]:
    """The ids, in lower case, of what our operations created and no stack of the program has in its state.

    An entry that is deleted and waits for its replacement still has an id, but no longer holds the resource.
    """
    world, held = World(engine.home.cloud), set[str]()
    for stack in engine.stacks():
        places = places_of(engine, stack)
        resources = [each for each in engine.resources(stack) if not each.get("pendingReplacement")]
        held |= {recorded_id(places, each, str(each.get("id"))).lower() for each in resources}
    inside = {id for id in world.made_in_clusters(KUBERNETES) if _stands(world, id)}
    return (world.made_here() | inside) - held


def _stands(world: World, id: str) -> bool:
    """Whether the cluster of an object is still there: what is in a cluster goes with it, as do objects with their
    namespace, of which there is no record. A cluster that is none of the world's has an identifier of its own."""
    cluster, mark, _ = id.partition("#")
    return not mark or world.get(cluster) is not None


def _pulumi(engine: Engine, arguments: list[str]) -> str:
    done = engine.capture(arguments)
    if done.returncode:
        raise EngineFailed(done.stdout.strip() + done.stderr.strip())
    return done.stdout


def _urn_title(urn: str) -> str:
    return f"{urn.split('::')[2].rpartition('$')[2]} {_name(urn)}"


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
