"""A resource moves into a group of the stack and a vault's secrets into another vault, walked on the offline cloud."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from components.facts.types import RESOURCE_TYPES
from mystira.live_azure import from_azure
from offline.azure.services.vaults import SECRET, VAULT
from stacks.adopt.match import matches
from stacks.adopt.outcome import Stacks
from stacks.adopt.reasons import Reason
from stacks.build.recording import recording_of
from stacks.plan.model import StackPlan
from tests.harness.az import Flags, OfflineAz
from tests.harness.offline import REGION, Cloud, token_of
from tests.harness.preflight import arm_of
from tests.harness.runbook import MOVES, Refusal, Shell, Unfinished, shell_for

PAGE = MOVES / "places.md"
ELSEWHERE, HOME = "mystira-old-rg", "mys-dev-core-rg-san"
NAMESPACE, QUEUE = token_of("service-bus-namespace"), token_of("service-bus-queue")
LOCK = RESOURCE_TYPES["management-lock"].token
VALUE = "a value\nof two lines"


class PlacesAz(OfflineAz):
    """With moves between groups and secrets in files."""

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        super().__init__(cloud)
        self.folder = folder
        self.values: dict[tuple[str, str], str] = {}
        """By vault and name: what Azure Resource Manager never returns, and the vault itself does."""
        self.add("resource invoke-action", "--action", "--ids", "--request-body", does=self._asked)
        self.add("resource move", "--destination-group", "--ids", does=self._moved)
        self.add("resource list", "-g", does=self._listed)
        self.add("keyvault secret download", "--vault-name", "-n", "--file", does=self._downloaded)
        self.add("keyvault secret set", "--vault-name", "-n", "--file", does=self._written)

    def _below(self, id: str) -> list[Any]:
        return [each for each in self.cloud.world.all() if f"{each.id}/".startswith(f"{id}/")]

    def _asked(self, flags: Flags) -> None:
        assert flags["--action"] == "validateMoveResources"
        asked = json.loads(flags["--request-body"])
        for id in asked["resources"]:
            self._checked(id, asked["targetResourceGroup"])
            assert id.startswith(f"{flags['--ids']}/")

    def _checked(self, id: str, target: str) -> None:
        """Microsoft: Move Azure resources to a new resource group or subscription."""
        self.resource(id)
        self.resource(target)
        if any(each.token == LOCK for each in self._below(id)):
            raise Refusal("(ResourceMoveFailed) ScopeLocked: remove the lock first")

    def _moved(self, flags: Flags) -> None:
        before, _, rest = flags["--ids"].partition("/providers/")
        group = f"{before.rpartition('/')[0]}/{flags['--destination-group']}"
        self._checked(flags["--ids"], group)
        with self.cloud.world.writing("update", "", flags["--ids"]) as cloud:
            for each in self._below(f"{before}/providers/{rest}"):
                cloud.delete(each.id)
                # What is about it stays behind, and is gone.
                if "/providers/Microsoft.Authorization/" not in each.id:
                    cloud.put(each.id.replace(before, group, 1), each.token, each.body)

    def _listed(self, flags: Flags) -> list[Any]:
        inside = f"/resourceGroups/{flags['-g']}/providers/"
        return [{"name": each.id.rpartition("/")[2]} for each in self.cloud.world.all() if inside in each.id]

    def _downloaded(self, flags: Flags) -> None:
        file = self.folder / flags["--file"]
        assert not file.exists()
        file.write_text(self.values[flags["--vault-name"], flags["-n"]])

    def _written(self, flags: Flags) -> None:
        self.secret(flags["--vault-name"], flags["-n"], (self.folder / flags["--file"]).read_text())

    def secret(self, vault: str, name: str, value: str) -> None:
        """A secret of a vault, or its next version."""
        self.cloud.make(SECRET, vaultName=vault, secretName=name, properties={"value": value})
        self.values[vault, name] = value


@dataclass
class Move:
    """What lies elsewhere, and what the program says of it."""

    cloud: Cloud
    plan: StackPlan
    id: str
    shell: Shell
    adopted: dict[str, str] = field(default_factory=dict)

    def uv(self, arguments: Sequence[str]) -> str:
        """What `mystira adopt` takes over."""
        assert " ".join(arguments) == "run mystira adopt dev --from azure"
        stacks = Stacks("dev", self.plan.subscription_id)
        live = from_azure(self.plan, stacks, arm_of(self.cloud.world, self.plan.subscription_id)).live
        found = matches(live, recording_of(self.plan).everything, stacks)
        self.adopted = {each.id: each.key for each in found if each.reason is Reason.ADOPTED}
        return ""


@pytest.fixture
def move(plans: Mapping[str, StackPlan], tmp_path: Path) -> Iterator[Move]:
    plan = plans["dev"]
    cloud = Cloud(tmp_path / "cloud.db", plan.subscription_id)
    cloud.make(token_of("resource-group"), resourceGroupName=ELSEWHERE, location=REGION)
    within = {"resourceGroupName": ELSEWHERE, "namespaceName": "mysdevcoresbsan"}
    namespace = cloud.make(NAMESPACE, **within, location=REGION, sku={"name": "Standard", "tier": "Standard"}).id
    cloud.make(QUEUE, **within, queueName="app-events")
    cloud.grant("bus-sender", cloud.identity("old").properties["principalId"], namespace)
    tenant = {"tenantId": plan.tenant_id, "sku": {"family": "A", "name": "standard"}}
    for name in ("mys-dev-core-kv-san", "mys-dev-app-kv-san"):
        cloud.make(VAULT, vaultName=name, location=REGION, properties={**tenant, "enableRbacAuthorization": True})
    folder = tmp_path / "shell"
    az = PlacesAz(cloud, folder / "work")
    az.secret("mys-dev-core-kv-san", "discord-token", VALUE)
    az.secret("mys-dev-core-kv-san", "cosmos-connection-string", "the program's own")
    made = Move(cloud, plan, namespace, Shell(PAGE, folder))
    with shell_for(PAGE, folder, {"az": az, "uv": made.uv}) as made.shell:
        made.shell.walk("Before", ID=namespace, TO=HOME)
        yield made


def test_it_moves_with_what_is_in_it_and_is_adopted(move: Move) -> None:
    moved = move.id.replace(ELSEWHERE, HOME)
    move.uv(["run", "mystira", "adopt", "dev", "--from", "azure"])
    assert move.id not in move.adopted
    move.shell.walk("Steps", 1, 2)
    move.shell.walk("Steps", 3, STACK="dev")
    assert {moved, f"{moved}/queues/app-events"} <= move.adopted.keys()
    printed = move.shell.walk("How to see that it worked", 1)
    assert printed.split() == [moved, REGION]
    assert len((move.shell.folder / "work" / "roles.txt").read_text().splitlines()) == 1
    move.shell.walk("Way back")
    assert move.cloud.world.get(f"{move.id}/queues/app-events") is not None


def test_a_lock_stops_it_before_anything_moves(move: Move) -> None:
    move.cloud.make(LOCK, scope=move.id, lockName="do-not-delete", level="CanNotDelete")
    with pytest.raises(Unfinished, match="ScopeLocked"):
        move.shell.walk("Steps", 1)
    assert move.cloud.world.get(move.id) is not None


def test_secrets_from_outside_are_copied_and_leave_no_file(move: Move) -> None:
    names = {"FROM_VAULT": "mys-dev-core-kv-san", "TO_VAULT": "mys-dev-app-kv-san", "SECRETS": "discord-token"}
    move.shell.walk("Steps", 4, **names)
    assert move.shell.walk("How to see that it worked", 2).split() == ["discord-token"]
    held = {
        each.id.rpartition("/")[2] for each in move.cloud.world.of_type(SECRET) if "/mys-dev-app-kv-san/" in each.id
    }
    assert held == {"discord-token"}
    assert [each.name for each in (move.shell.folder / "work").iterdir()] == ["roles.txt"]
    assert VALUE not in json.dumps(move.shell.called)
