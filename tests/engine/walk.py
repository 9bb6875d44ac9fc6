"""Taking an estate over on the engine, run by run: what each run writes, and on which paths services come in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
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
from stacks.adopt.adoption import Adoption, adoption, stacks_of
from stacks.adopt.effects import Body
from stacks.adopt.steps import Step, steps_of
from stacks.build.recording import Planned, recording_of
from stacks.plan.load import context_from_file, plan_of
from stacks.plan.model import StackPlan
from stacks.settings.loading import from_file
from tests.engine.conftest import Command
from tests.harness.settings import SETTINGS

ESTATES = Path(__file__).parent / "estate"
"""What Azure tells of the estate, by its facts (estate-core 1 to 6, estate-services 1 to 7); of dev, what is in its own
groups. Servers, and the cluster of dev, have the versions that the runbook asks for before the adoption."""
STORES = {
    "cosmos": "cosmos-account/core",
    "postgresql": "postgresql-server/core",
    "service-bus": "service-bus-namespace/core",
    "storage": "storage-account/core",
}
"""By target of a network path: what answers there."""
ROLES = ("role-assignment", "cosmos-role-assignment")
PASSWORD = "A-password-that-the-server-has-1"
WRITES = {"create", "update", "delete"}

Bodies = Mapping[str, Mapping[str, Any]]
Operation = tuple[str, str]
"""A verb and the id that it was about, in lower case."""


@dataclass
class Walk:
    """A stack that takes its estate over."""

    engine: Engine
    command: Command
    stack: str

    def __post_init__(self) -> None:
        self.world = World(self.engine.home.cloud)
        self.settings = self.engine.home.shadows / "mystira" / "stacks" / f"Pulumi.{self.stack}.yaml"
        self.engine.ensure_stack(self.stack)
        without_instance(self.settings)
        self.plan: StackPlan = plan_of(self.stack, self.settings.parent, TODAY)
        self.subscription = f"/subscriptions/{self.plan.subscription_id}"
        self.everything: tuple[Planned, ...] = ()
        load(self.world, f"{self.stack}.jsonl", self.estate())
        self.live = self.bodies()
        """What lived before."""

    def estate(self) -> str:
        """What lives, in the subscription and the tenant of the settings."""
        told, invented = (ESTATES / f"{self.stack}.jsonl").read_text(), from_file(self.stack, SETTINGS).azure
        moved = told.replace(str(invented.subscription_id), self.plan.subscription_id)
        return moved.replace(str(invented.tenant_id), self.plan.tenant_id)

    @cached_property
    def arm(self) -> Any:
        """Who answers in place of Azure Resource Manager."""
        return offline_arm(self.world, self.plan.tenant_id, self.plan.subscription_id)

    def asked(self) -> Adoption:
        """What `mystira adopt STACK --from azure` finds."""
        context = context_from_file(self.stack, self.settings.parent, TODAY)
        stacks = stacks_of(context, {self.stack: self.plan.subscription_id})
        return adoption(context, recording_of(self.plan).everything, from_azure(self.plan, stacks, self.arm), stacks)

    def configure(self, changes: Mapping[str, Any]) -> None:
        """Change the settings: each key is a path below the namespace; ``None`` removes it."""
        content = yaml.safe_load(self.settings.read_text())
        for path, value in changes.items():
            first, *rest = path.split(".")
            target = content["config"]
            for part in [f"mystira:{first}", *rest][:-1]:
                target = target.setdefault(part, {})
            last = rest[-1] if rest else f"mystira:{first}"
            if value is None:
                target.pop(last, None)
            else:
                target[last] = value
        self.settings.write_text(yaml.safe_dump(content, sort_keys=False))

    def section(self, name: str) -> Any:
        """A section of the settings as they are; ``None`` where they have none."""
        return yaml.safe_load(self.settings.read_text())["config"].get(f"mystira:{name}")

    def password(self) -> None:
        """The password that the server has, as a secret of the stack."""
        self.engine.capture(["config", "set", "--secret", "mystira:postgresqlPassword", PASSWORD, "-s", self.stack])

    def grant(self, scope: str, role: str, principal: str) -> None:
        """A role that a person gives by hand."""
        name = "00000000-0000-4000-8000-00000000d001"
        id, token = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}", RESOURCE_TYPES[ROLES[0]].token
        definition = f"{self.subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
        with self.world.writing("create", token, id) as cloud:
            cloud.put(id, token, {"scope": scope, "roleDefinitionId": definition, "principalId": principal})

    def planned(self) -> None:
        """Plan and record anew, with the settings as they are."""
        self.plan = plan_of(self.stack, self.settings.parent, TODAY)
        self.everything = recording_of(self.plan).everything

    @property
    def ids(self) -> Mapping[str, str]:
        """By key: the id that a resource has."""
        return {each.key: self.plan.adopt.get(each.key, each.id) for each in self.everything}

    @property
    def told(self) -> Mapping[str, Body]:
        """What Azure tells of everything that is adopted."""
        return told(self.plan, self.everything, self.arm)

    def steps(self) -> list[Step]:
        """What `mystira adopt STACK --plan` reports."""
        return steps_of(self.plan, self.everything, self.told)

    def bodies(self) -> Bodies:
        """What the subscription holds, by id in lower case."""
        return {each.id.lower(): each.body for each in self.world.all() if each.id.startswith(self.subscription)}

    def up(self, *, fails: bool = False, **changes: Any) -> list[Operation]:
        """Bring the stack up with these settings; what was written in the subscription."""
        self.configure(changes)
        before = self.world.seen()
        done = self.command("offline", "up", "-s", self.stack, "--yes", "--skip-preview")
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        # What is in a cluster has the cluster in its id, and is recreated under a new name when what it reads changes.
        return [
            (verb, id.lower())
            for verb, token, id, outcome in self.world.operations(before)
            if verb in WRITES and outcome == "done" and id.startswith(self.subscription) and token in BY_TOKEN
        ]

    def new(self) -> list[str]:
        """The ids of what the subscription did not hold before."""
        return [id for id in self.bodies() if id not in self.live]

    def kinds(self, ids: Iterable[str]) -> list[str]:
        """The types of resources, by their keys."""
        tokens = {each.id.lower(): each.token for each in self.world.all()}
        return [BY_TOKEN[tokens[id]].key for id in ids]

    def keys(self) -> Mapping[str, str]:
        """By id in lower case: the key of what the stack has there."""
        return {id.lower(): key for key, id in self.ids.items() if id}

    def closed(self, *, only_new: bool = False) -> list[str]:
        """The network paths of services to adopted stores on which nobody comes in, neither as before nor as planned;
        ``only_new``: not as planned."""
        ids, now, found = self.ids, self.bodies(), []
        for path in self.plan.paths:
            key = STORES.get(path.target) or f"key-vault/{path.target.removeprefix('vault/')}"
            id = ids.get(key, "").lower()
            principal = self.principal(path.consumer, now)
            if key not in self.plan.adopt or not principal:
                continue
            planned = self._new_way(now, path.kind, id, path.target, principal)
            if not planned and (only_new or not old_way(path.target, now[id], principal)):
                found.append(f"{path.consumer} -> {path.target}")
        return found

    def principal(self, consumer: str, now: Bodies) -> str:
        """As whom a service comes now. A site that has an identity of its own comes as that one."""
        site = now.get(self.ids.get(f"web-app/{consumer}", "").lower(), {}).get("identity") or {}
        own = site.get("principalId") if not site.get("userAssignedIdentities") else ""
        identity = now.get(self.ids.get(f"user-assigned-identity/{consumer}", "").lower(), {})
        return str(own or identity.get("principalId") or "")

    def _new_way(self, now: Bodies, kind: str, id: str, target: str, principal: str) -> bool:
        """Whether a service comes in as the plan says: with a role that is asked, and through the door of its path."""
        body = now[id]
        has_role = any(
            (role.startswith(id) or str(granted.get("scope", "")).lower().startswith(id))
            and granted["principalId"] == principal
            for role, granted in self._of_kind(*ROLES)
        )
        if target == "postgresql":
            return body["authConfig"].get("activeDirectoryAuth") == "Enabled"
        if target.startswith("vault/") and not body["properties"].get("enableRbacAuthorization"):
            return False
        if kind == "private endpoint":
            doors = [json.dumps(endpoint).lower() for _, endpoint in self._of_kind("private-endpoint")]
            opened = any(f'"{id}"' in door and '"approved"' in door for door in doors)
            return has_role and (opened or self._public(body))
        return has_role and self._public(body)

    def _public(self, body: Mapping[str, Any]) -> bool:
        inner = {**(body.get("properties") or {}), **body}
        rules = inner.get("networkAcls") or inner.get("networkRuleSet") or {}
        return inner.get("publicNetworkAccess") == "Enabled" and rules.get("defaultAction", "Allow") == "Allow"

    def _of_kind(self, *kinds: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        tokens = [RESOURCE_TYPES[kind].token for kind in kinds]
        return ((each.id.lower(), each.body) for token in tokens for each in self.world.of_type(token))


def old_way(target: str, body: Mapping[str, Any], principal: str) -> bool:
    """Whether a service comes in as it did before: with a key, a password or a policy, over the public side or, where
    it has one, through its subnet."""
    inner = body.get("properties") or {}
    if target.startswith("vault/"):
        policies = inner.get("accessPolicies") or []
        named = any(each.get("objectId") == principal for each in policies)
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


def without_instance(file: Path) -> None:
    """The names of the estate carry no instance."""
    content = yaml.safe_load(file.read_text())
    content["config"].get("mystira:naming", {}).pop("instance", None)
    file.write_text(yaml.safe_dump(content, sort_keys=False))
