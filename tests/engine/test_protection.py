"""What holds data is not replaced: the run stops, and a preview says which change asked for it."""

from __future__ import annotations

import pytest

from tests.engine.conftest import azure_resources
from tests.engine.small import STACK, SmallProgram

QUEUE = "azure-native:servicebus:Queue"
NAMESPACE = "azure-native:servicebus:Namespace"
HOLD_DATA = {"Namespace", "Queue", "RedisEnterprise", "Database"}
READ = "read: docs/runbooks/protection.md"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> SmallProgram:
    made = SmallProgram("protected", tmp_path_factory.mktemp("protected"))
    code, text = made.up()
    assert code == 0, text
    return made


def protected(program: SmallProgram) -> set[str]:
    return {
        str(each["type"]).rpartition(":")[2] for each in azure_resources(program.engine, STACK) if each.get("protect")
    }


@pytest.mark.parametrize(
    ("setting", "value", "resource", "seen"),
    [
        ("once", "yes", "service-bus-queue orders", "requiresDuplicateDetection: False → True"),
        ("geo", "mystira", "redis-database core", "geoReplication: none → another value"),
    ],
)
def test_a_replacement_is_stopped_and_explained(
    program: SmallProgram, setting: str, value: str, resource: str, seen: str
) -> None:
    before = {each.id: each.body for each in program.world.all()}
    program.configure(setting, value)
    code, text = program.pulumi("up", "--yes")
    refused, terse = program.up()
    program.configure(setting, "")
    assert code != 0
    (line,) = {line.strip() for line in text.splitlines() if line.strip().startswith(f"warning: {resource}: ")}
    assert "deleted with its data" in line
    assert f"seen: {seen}; allowed: " in line
    assert READ in line
    assert "as it is currently marked for protection" in text
    assert refused != 0
    assert "as it is currently marked for protection" in terse
    assert {each.id: each.body for each in program.world.all()} == before


def test_a_replacement_that_is_meant_needs_the_name_of_the_resource(program: SmallProgram) -> None:
    urn = next(each["urn"] for each in azure_resources(program.engine, STACK) if each["type"] == QUEUE)
    program.configure("once", "yes")
    code, text = program.pulumi("state", "unprotect", str(urn), "--yes")
    assert code == 0, text
    code, text = program.up()
    program.configure("once", "")
    assert code == 0, text
    (queue,) = program.world.of_type(QUEUE)
    assert queue.body["requiresDuplicateDetection"] is True
    assert protected(program) == HOLD_DATA


def test_destroying_takes_the_program_and_the_word_for_it(program: SmallProgram) -> None:
    code, text = program.pulumi("destroy", "--yes", "--skip-preview")
    assert code != 0
    assert "You must run with the `--run-program` flag" in text
    code, text = program.pulumi("destroy", "--yes", "--skip-preview", "--run-program")
    assert code != 0
    assert "because it is protected" in text
    assert {each.token for each in program.world.all()} > {QUEUE}
    before = len(program.world.operations())
    assert program.destroy()[0] == 0
    assert program.world.all() == []
    # What is inside a resource goes with it, without a separate delete.
    deleted = {token for verb, token, *_ in program.world.operations()[before:] if verb == "delete"}
    assert NAMESPACE in deleted
    assert QUEUE not in deleted
