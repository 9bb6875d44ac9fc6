"""The estate of dev is taken over in phases: at each step what every service needs is open, and nothing is lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from mystira.adoption_plan import told
from mystira.live_azure import from_azure
from mystira.preflight.offline_cloud import offline_arm
from offline.azure.loaded import load
from offline.clock import TODAY
from offline.engine.run import Engine
from offline.world.store import World
from stacks.adopt.adoption import adoption, stacks_of
from stacks.adopt.effects import Effect
from stacks.adopt.steps import steps_of
from stacks.build.recording import Planned, recording_of
from stacks.plan.load import context_from_file, plan_of
from stacks.plan.model import StackPlan
from tests.engine.conftest import Command
from tests.engine.test_adoption import copied, settings_of, without_instance

UP = ("shared",)
ESTATE = Path(__file__).parent / "estate" / "dev.jsonl"
"""What Azure tells of the groups of dev, by the facts of the estate (estate-core 1 to 6, estate-services 1 to 7). The
server and the cluster have the versions that the runbook asks for before the adoption."""
SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001"
STORES = {
    "cosmos": "cosmos-account/core",
    "postgresql": "postgresql-server/core",
    "service-bus": "service-bus-namespace/core",
    "storage": "storage-account/core",
}
"""By target of a network path: what answers there."""
ROLES = ("role-assignment", "cosmos-role-assignment")
CLUSTER = {"aks": "add"}
"""The cut-over of a cluster, with everything in it, is that of tests/engine/test_adoption.py."""
OPENED_LAST = {"postgresql", "service-bus"}
"""Targets whose new way opens with the cut-over itself: Entra ID at the server, the public side of the namespace."""
WRITES = {"create", "update", "delete"}

Bodies = Mapping[str, Mapping[str, Any]]


def bodies(world: World) -> Bodies:
    return {each.id.lower(): each.body for each in world.all() if each.id.startswith(SUBSCRIPTION)}


def of_kind(world: World, *kinds: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    tokens = [RESOURCE_TYPES[kind].token for kind in kinds]
    return ((each.id.lower(), each.body) for each in world.all() if each.token in tokens)


def old_way(target: str, body: Mapping[str, Any], identity: Mapping[str, Any]) -> bool:
    """Whether a service comes in as it did before: with a key, a password or a policy, over the public side or, where
    it has one, through its subnet."""
    inner = body.get("properties") or {}
    if target.startswith("vault/"):
        policies = inner.get("accessPolicies") or []
        named = any(each.get("objectId") == identity.get("principalId") for each in policies)
        open_to_all = (inner.get("networkAcls") or {}).get("defaultAction", "Allow") == "Allow"
        return named and open_to_all and not inner.get("enableRbacAuthorization")
    if target == "postgresql":
        return body["authConfig"]["passwordAuth"] == "Enabled"
    if target == "storage":
        firewall = (body.get("networkRuleSet") or {}).get("defaultAction", "Allow")
        return body.get("allowSharedKeyAccess") is not False and firewall == "Allow"
    if target == "cosmos":
        return not body.get("disableLocalAuth") and not body.get("ipRules") and body["publicNetworkAccess"] == "Enabled"
    return not body.get("disableLocalAuth")


def new_way(world: World, kind: str, id: str, target: str, identity: Mapping[str, Any]) -> bool:
    """Whether a service comes in as the plan says: with a role, and through the door of its path."""
    body = bodies(world)[id]
    principal = identity.get("principalId")
    has_role = any(
        (role.startswith(id) or str(granted.get("scope", "")).lower().startswith(id))
        and granted["principalId"] == principal
        for role, granted in of_kind(world, *ROLES)
    )
    if target == "postgresql":
        return body["authConfig"].get("activeDirectoryAuth") == "Enabled"
    if kind == "private endpoint":
        doors = [json.dumps(endpoint).lower() for _, endpoint in of_kind(world, "private-endpoint")]
        return has_role and any(f'"{id}"' in door and '"approved"' in door for door in doors)
    return has_role and body.get("publicNetworkAccess") == "Enabled"


def closed_paths(world: World, plan: StackPlan, ids: Mapping[str, str], *, only_new: bool = False) -> list[str]:
    """The network paths of services to adopted stores on which nobody comes in, neither as before nor as planned."""
    now, found = bodies(world), []
    for path in plan.paths:
        key = STORES.get(path.target) or f"key-vault/{path.target.removeprefix('vault/')}"
        id = ids.get(key, "").lower()
        identity = now.get(ids.get(f"user-assigned-identity/{path.consumer}", "").lower())
        if key not in plan.adopt or identity is None:
            continue
        planned = new_way(world, path.kind, id, path.target, identity)
        if not planned and (only_new or not old_way(path.target, now[id], identity)):
            found.append(f"{path.consumer} -> {path.target}")
    return found


def ids_of(plan: StackPlan, everything: tuple[Planned, ...]) -> Mapping[str, str]:
    return {each.key: plan.adopt.get(each.key, each.id) for each in everything}


def configure(engine: Engine, **settings: Any) -> None:
    content = yaml.safe_load(settings_of(engine).read_text())
    for name, value in settings.items():
        content["config"][f"mystira:{name}"] = value
    settings_of(engine).write_text(yaml.safe_dump(content))


def test_the_estate_is_taken_over_in_phases(engine: Engine, command: Command, tmp_path: Path) -> None:
    for settings in (settings_of(engine), *copied(tmp_path)):
        without_instance(settings)
    world = World(engine.home.cloud)
    loaded = load(world, ESTATE.name, ESTATE.read_text())
    plan, context = plan_of("dev", tmp_path, TODAY), context_from_file("dev", tmp_path, TODAY)
    stacks = stacks_of(context, {"dev": plan.subscription_id})
    arm = offline_arm(world, plan.tenant_id, plan.subscription_id)
    everything = recording_of(plan).everything
    asked = adoption(context, everything, from_azure(plan, stacks, arm), stacks)
    lines = {line.setting: line.value for line in asked.lines}
    assert set(lines) == {"cosmos.periodic_backup", "aks.live_pools"}

    # The settings follow what is live, as `mystira adopt --write` has them; a person gives the waiver.
    sections = yaml.safe_load(settings_of(engine).read_text())["config"]
    waiver = {"reason": "until the next step, alone", "owner": "platform", "until": "2027-06-30"}
    changed = {
        "adopt": dict(asked.entries),
        "network": {**sections["mystira:network"], "subnet_names": dict(asked.subnet_names)},
        "cosmos": {**sections["mystira:cosmos"], "periodic_backup": lines["cosmos.periodic_backup"]},
        "aks": {**sections["mystira:aks"], "live_pools": lines["aks.live_pools"]},
        "waivers": {**sections.get("mystira:waivers", {}), "cosmos-backup": waiver},
    }
    configure(engine, **changed)
    plan = plan_of("dev", settings_of(engine).parent, TODAY)
    everything = recording_of(plan).everything
    ids = ids_of(plan, everything)
    steps = {(step.phase, step.part): step for step in steps_of(plan, everything, told(plan, everything, arm))}
    assert [step.part for step in steps.values() if step.of(Effect.REPLACES)] == []
    keys = {each.id.lower(): each.key for each in everything if each.id}
    keys |= {id.lower(): key for key, id in plan.adopt.items()}

    def run(**settings: Any) -> list[tuple[str, str]]:
        """Bring the stack up with these settings; what was written in the subscription, by verb and id."""
        configure(engine, **settings)
        before = world.seen()
        done = command("offline", "up", "-s", "dev", "--yes", "--skip-preview")
        assert done.returncode == 0, done.stdout + done.stderr
        written = [(verb, id.lower()) for verb, _, id, outcome in world.operations(before) if verb in WRITES]
        assert [id for verb, id in written if verb == "delete"] == []
        return [each for each in written if each[1].startswith(SUBSCRIPTION)]

    live = bodies(world)
    assert {each.id.lower() for each in loaded} == set(live)
    assert closed_paths(world, plan, ids) == []

    # Hold: everything is imported, and nothing is written anywhere.
    assert run(adoption={"*": "hold"}) == []
    assert bodies(world) == live
    held = {str(each.get("id")).lower() for each in engine.resources("dev")}
    assert {id.lower() for id in plan.adopt.values()} <= held

    # Add: what is new comes beside it, exactly what the report says, and nothing that lived before is written.
    written = run(adoption={"*": "add"})
    assert [id for verb, id in written if id in live] == []
    assert {verb for verb, _ in written} == {"create"}
    after = bodies(world)
    assert {id: after[id] for id in live} == live
    promised = Counter(steps["add", "*"].creates or {})
    tokens = {each.id.lower(): each.token for each in world.all()}
    made = Counter(BY_TOKEN[tokens[id]].key for _, id in written)
    assert made - promised == Counter()
    assert closed_paths(world, plan, ids) == []

    # Cut-over: by now every service has its role and its door wherever a live store does not have to change for it.
    by_part = {part: step for (_, part), step in steps.items()}
    assert {path.partition(" -> ")[2] for path in closed_paths(world, plan, ids, only_new=True)} == OPENED_LAST
    written = run(adoption={"*": "done", **CLUSTER})
    changed_keys = {keys[id] for verb, id in written if id in live and id in keys}
    listed = {change.key for step in by_part.values() for change in step.changes}
    assert {key for key in changed_keys if not key.startswith("role-assignment/")} <= listed
    assert closed_paths(world, plan, ids, only_new=True) == []

    again = command("offline", "preview", "-s", "dev", "--expect-no-changes")
    assert again.returncode == 0, again.stdout + again.stderr
