"""Vaults in the life of a stack: the report, a value that changed, a name that stays taken."""

from __future__ import annotations

import pytest

from offline.engine.run import Engine
from offline.world.store import World
from tests.engine.conftest import Command

SECRET = "azure-native:keyvault:Secret"
LAST_YEAR = 1760000000


@pytest.mark.requirement("S3-135")
def test_the_life_of_vaults(engine: Engine, command: Command) -> None:
    early = command("offline.verbs", "secrets", "dev")
    assert early.returncode == 1, early.stdout
    up = command("offline.verbs", "up", "dev")
    assert up.returncode == 0, up.stdout + up.stderr
    state = (engine.home.state / ".pulumi" / "stacks" / "mystira" / "dev.json").read_text()
    assert "InstrumentationKey" not in state + up.stdout
    assert "svc.cluster.local" not in state + up.stdout

    good = command("offline.verbs", "secrets", "dev")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "0 to see to" in good.stdout
    assert command("offline", "cloud", "readers").returncode == 0

    # Somebody writes a value by hand: another version is all that is told.
    id = next(each.id for each in World(engine.home.cloud).of_type(SECRET) if each.id.endswith("chain-rpc-endpoint"))
    uri = "https://mys-dev-pub-kv-san.vault.azure.net/secrets/chain-rpc-endpoint/by-hand"
    command("offline", "cloud", "set", id, "properties.secretUriWithVersion", uri)
    command("offline", "cloud", "set", id, "properties.attributes.updated", str(LAST_YEAR))
    drift = command("offline.verbs", "drift", "dev")
    assert drift.returncode == 2
    assert "publisher-chain-rpc-endpoint: properties.secretUriWithVersion: was" in drift.stdout
    assert "svc.cluster.local" not in drift.stdout
    assert command("offline.verbs", "refresh", "dev").returncode == 0
    old = command("offline.verbs", "secrets", "dev")
    assert old.returncode == 1
    assert "too old" in old.stdout

    gone = command("offline.verbs", "destroy", "dev")
    assert gone.returncode == 0, gone.stdout + gone.stderr
    assert "6 deleted resources keep their names" in gone.stdout
    again = command("offline.verbs", "up", "dev")
    assert again.returncode != 0
    assert 'Code="ConflictError"' in again.stdout
    assert "advice: recover it with mystira:vaults.recover, or free the name" in again.stdout
    assert command("offline", "cloud", "purge", "--all").returncode == 0
    assert World(engine.home.cloud).kept() == []
