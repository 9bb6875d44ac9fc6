"""An error that passes by itself is waited for, by the engine itself."""

from __future__ import annotations

from pathlib import Path

from tests.engine.small import SmallProgram

CODE = 'Code="ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity"'


def test_credentials_that_get_in_each_other_s_way_succeed_in_the_end(tmp_path: Path) -> None:
    run = SmallProgram("waiting", tmp_path)
    code, text = run.up()
    assert code == 0, text
    refused = [row for row in run.world.refused() if CODE in row[3]]
    assert refused, "twelve writers of one identity never met"
    made = [each for each in run.world.all() if "/federatedIdentityCredentials/" in each.id]
    assert len(made) == 12
