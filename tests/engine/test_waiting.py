"""An error that goes away without intervention is waited for, by the engine itself, when it destroys as well."""

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
    assert text.count("trying again for up to 10 minutes: an identity takes one credential at a time") >= 1

    before = len(run.world.refused())
    code, text = run.destroy()
    assert code == 0, text
    assert run.world.all() == []
    assert any(CODE in row[3] for row in run.world.refused()[before:]), "twelve deletes of one identity never met"
