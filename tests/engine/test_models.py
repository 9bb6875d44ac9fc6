"""AI accounts and their models on the engine: a changed model, keys that are switched on, a deleted account."""

from __future__ import annotations

import pytest

from offline.azure.services.ai import ACCOUNT, DEPLOYMENT
from offline.engine.drift import drift_of
from tests.engine.small import STACK, SmallProgram


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> SmallProgram:
    made = SmallProgram("models", tmp_path_factory.mktemp("models"))
    code, text = made.up()
    assert code == 0, text
    return made


def writes(program: SmallProgram, since: int) -> list[tuple[str, str]]:
    """What was made and deleted since an operation: verb and name."""
    operations = program.world.operations()[since:]
    return [(verb, id.rpartition("/")[2]) for verb, _, id, _ in operations if verb in ("create", "update", "delete")]


def test_neither_a_second_run_nor_a_refresh_changes_anything(program: SmallProgram) -> None:
    """What Azure writes into the account (its projects) is no change of ours."""
    assert drift_of(program.engine, STACK) == []
    assert program.up("--expect-no-changes")[0] == 0
    assert program.pulumi("refresh", "--yes", "--skip-preview")[0] == 0
    code, text = program.up("--expect-no-changes")
    assert code == 0, text


def test_another_model_is_deployed_under_the_same_name_once_the_old_one_is_gone(program: SmallProgram) -> None:
    program.configure("model", "gpt-5.6-sol")
    code, text = program.pulumi("preview")
    assert code == 0, text
    assert "calls of its name fail until the new model is deployed" in text
    assert "seen: properties.model.name: gpt-5.6-terra → gpt-5.6-sol" in text
    before = len(program.world.operations())
    code, text = program.up()
    assert code == 0, text
    assert writes(program, before) == [("delete", "gpt-4o"), ("create", "gpt-4o")]
    models = {
        each.id.rpartition("/")[2]: each.body["properties"]["model"] for each in program.world.of_type(DEPLOYMENT)
    }
    assert {name: model["name"] for name, model in models.items()} == {
        "gpt-4o": "gpt-5.6-sol",
        "gpt-4o-mini": "gpt-5.6-luna",
    }


def test_keys_are_listed_once_they_are_on_and_a_preview_does_not_ask_for_them(program: SmallProgram) -> None:
    program.configure("keys", "yes")
    code, text = program.pulumi("preview")
    assert code == 0, text
    code, text = program.up()
    assert code == 0, text
    code, shown = program.pulumi("stack", "output", "--json")
    assert (code, "[secret]" in shown) == (0, True)
    program.configure("keys", "")
    assert program.up()[0] == 0


def test_a_deleted_account_comes_back_under_its_name(program: SmallProgram) -> None:
    code, text = program.destroy()
    assert code == 0, text
    assert program.world.all() == []
    refused, text = program.up()
    assert refused != 0
    assert 'Code="FlagMustBeSetForRestore"' in text
    program.configure("recover", "yes")
    code, text = program.up()
    assert code == 0, text
    program.configure("recover", "")
    code, text = program.up()
    assert code == 0, text
    assert len(program.world.of_type(ACCOUNT)) == 1
    assert program.up("--expect-no-changes")[0] == 0
