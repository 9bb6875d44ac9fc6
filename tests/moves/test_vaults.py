"""A vault's switch from access policies to roles, walked on the offline cloud: who reads, at each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from offline.azure.assignments import Answer, answer
from offline.azure.conditions.evaluation import Asked
from offline.azure.services.vaults import VAULT
from offline.rpc.protocol import Properties
from tests.harness.az import OfflineAz
from tests.harness.compose import TENANT
from tests.harness.offline import REGION, Cloud
from tests.harness.runbook import MOVES, Shell, shell_for

PAGE = MOVES / "vaults.md"
NAME = "mys-prod-app-kv-san"
READ = "Microsoft.KeyVault/vaults/secrets/getSecret/action"
DEPLOYER = "00000000-0000-4000-8000-00000000d0e0"


@dataclass
class Move:
    """A vault with policies, and who has one."""

    cloud: Cloud
    vault: str
    service: str
    site: str
    """An identity that the plan does not know."""
    shell: Shell

    def readers(self) -> set[str]:
        """Who reads a secret now."""
        properties = self.cloud.body(self.vault)["properties"]
        if not properties.get("enableRbacAuthorization"):
            return {each["objectId"] for each in properties["accessPolicies"]}
        with self.cloud.world.reading() as cloud:
            asked = Asked(READ, f"{self.vault}/secrets/one", data=True)
            return {
                each for each in (self.service, self.site, DEPLOYER) if answer(cloud, each, asked) is Answer.ALLOWED
            }


def policy(principal: str, *permissions: str) -> Properties:
    return {"tenantId": TENANT, "objectId": principal, "permissions": {"secrets": list(permissions)}}


def nothing(_: Sequence[str]) -> str:
    return ""


@pytest.fixture
def move(tmp_path: Path) -> Iterator[Move]:
    cloud = Cloud(tmp_path / "cloud.db")
    service, site = (
        cloud.identity(f"mys-prod-{name}-identity-san").properties["principalId"] for name in ("app", "api")
    )
    policies = [policy(service, "get", "list"), policy(site, "get", "list"), policy(DEPLOYER, "get", "set", "purge")]
    vault = cloud.make(
        VAULT,
        vaultName=NAME,
        location=REGION,
        properties={
            "tenantId": TENANT,
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": False,
            "accessPolicies": policies,
        },
    ).id
    # What the program adds.
    cloud.grant("key-vault-secrets-user", service, vault)
    with shell_for(PAGE, tmp_path / "shell", {"az": OfflineAz(cloud), "sleep": nothing}) as shell:
        shell.walk("Before", VAULT=NAME)
        yield Move(cloud, vault, service, site, shell)


def test_nobody_is_cut_off_but_whoever_was_crossed_off(move: Move) -> None:
    everybody = {move.service, move.site, DEPLOYER}
    assert set(move.shell.walk("Steps", 1).split()) == {move.site, DEPLOYER}
    assert move.readers() == everybody
    move.shell.run(f"grep -v {DEPLOYER} missing.txt > kept.txt; mv kept.txt missing.txt")
    move.shell.walk("Steps", 2)
    assert move.readers() == everybody
    move.shell.walk("Steps", 3)
    assert move.readers() == {move.service, move.site}
    assert ["sleep", "600"] in move.shell.called
    assert move.shell.walk("How to see that it worked").split() == [DEPLOYER]

    # The program's update has taken the policies out; the way back brings them again.
    OfflineAz(move.cloud).put(move.vault, accessPolicies=[])
    move.shell.walk("Way back")
    assert move.readers() == everybody
    assert move.cloud.body(move.vault)["properties"]["accessPolicies"][2] == policy(DEPLOYER, "get", "set", "purge")


def test_a_switch_without_the_roles_would_cut_off_and_is_seen(move: Move) -> None:
    move.shell.walk("Steps", 1, 3)
    assert move.readers() == {move.service}
    assert move.site in move.shell.walk("How to see that it worked")
