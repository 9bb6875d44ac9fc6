"""An error that passes by itself is waited for, by the engine itself."""

from __future__ import annotations

from pathlib import Path

from offline.engine.home import Home
from offline.engine.prepare import prepare
from offline.engine.run import Engine
from offline.world.store import World

PROGRAM = Path(__file__).with_name("waiting")
CODE = 'Code="ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity"'


def test_credentials_that_get_in_each_other_s_way_succeed_in_the_end(tmp_path: Path) -> None:
    engine = Engine(Home(tmp_path), PROGRAM, say=lambda _: None)
    prepare(engine)
    engine.ensure_stack("one")
    done = engine.capture(["up", "-s", "one", "--yes", "--skip-preview"])
    assert done.returncode == 0, done.stdout + done.stderr
    refused = [row for row in World(engine.home.cloud).refused() if CODE in row[3]]
    assert refused, "twelve writers of one identity never met"
    made = [each for each in World(engine.home.cloud).all() if "/federatedIdentityCredentials/" in each.id]
    assert len(made) == 12
