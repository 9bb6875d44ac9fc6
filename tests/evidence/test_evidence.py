"""The evidence itself: it can be read, it is complete, and it says what its type is."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from components.facts.ids import path_values
from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from components.problems import InvalidInput
from offline.azure.services.every import BEHAVIOURS
from tests.evidence.explained import BELIEVED
from tests.evidence.loading import CREATE_ONLY, FOLDER, create_only, evidence, evidence_in, leaves

IN_USE = sorted(BY_TOKEN[token].key for token in BEHAVIOURS)

EVIDENCE = evidence()


@pytest.mark.parametrize("key", IN_USE)
def test_a_type_in_use_has_evidence_or_is_named_as_believed(key: str) -> None:
    assert (key in EVIDENCE) != (key in BELIEVED), (
        f"{key}: neither evidence nor a mark; add tests/evidence/{key}.yaml, or why there is none to BELIEVED in "
        "tests/evidence/explained.py"
    )


def test_evidence_and_beliefs_are_about_known_types() -> None:
    about = {*EVIDENCE, *BELIEVED, *(effect.on for each in EVIDENCE.values() for effect in each.effects)}
    assert about <= set(RESOURCE_TYPES)


@pytest.mark.parametrize("key", sorted(EVIDENCE))
def test_the_count_of_properties_is_that_of_the_answers(key: str) -> None:
    found = EVIDENCE[key]
    assert found.properties_returned == sum(leaves(request.answer) for request in found.requests)


@pytest.mark.parametrize("key", sorted(EVIDENCE))
def test_requests_are_about_the_type_of_their_file(key: str) -> None:
    assert all(path_values(RESOURCE_TYPES[key], request.url) for request in EVIDENCE[key].requests)


@pytest.mark.parametrize("key", sorted(EVIDENCE))
def test_an_answer_is_a_resource(key: str) -> None:
    assert all({"id", "name"} <= set(request.answer) for request in EVIDENCE[key].requests)


def test_no_evidence_holds_an_id_that_azure_generated_or_an_address_of_a_person() -> None:
    guid = re.compile(r"(?<!oleDefinitions/)\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
    address = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
    for file in FOLDER.glob("*.yaml"):
        text = file.read_text()
        assert not guid.search(text), file.name
        assert not address.search(text), file.name


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("type: redis\nsource: [", "redis.yaml: not YAML; seen: while parsing"),
        ("type: redis", "redis.yaml: source: Field required; seen: {'type': 'redis'}"),
        ("just words", "redis.yaml: the whole file: Input should be a valid dictionary"),
    ],
)
def test_an_unreadable_file_is_one_error_with_file_and_place(tmp_path: Path, text: str, error: str) -> None:
    (tmp_path / "redis.yaml").write_text(text)
    with pytest.raises(InvalidInput, match=re.escape(error)) as caught:
        evidence(tmp_path)
    assert len(caught.value.problems) == 1


def test_an_unknown_field_is_an_error_with_its_place(tmp_path: Path) -> None:
    text = (FOLDER / "redis.yaml").read_text().replace("    status: 200", "    status: 200\n    colour: red", 1)
    (tmp_path / "redis.yaml").write_text(text)
    with pytest.raises(InvalidInput, match=r"redis\.yaml: requests\.0\.colour: Extra inputs are not permitted"):
        evidence(tmp_path)


def test_a_refusal_that_was_accepted_says_that_it_failed_later(tmp_path: Path) -> None:
    text = (FOLDER / "postgresql-configuration.yaml").read_text().replace("    later: true\n", "")
    (tmp_path / "postgresql-configuration.yaml").write_text(text)
    with pytest.raises(InvalidInput, match=r"postgresql-configuration\.yaml: refusals\.0: .*is marked `later`"):
        evidence(tmp_path)


def test_evidence_under_another_name_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "valkey.yaml").write_text((FOLDER / "redis.yaml").read_text())
    with pytest.raises(InvalidInput, match=r"valkey\.yaml: type: not the name of the file; seen: redis"):
        evidence(tmp_path)


def test_a_missing_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"redis\.yaml: the file cannot be read; seen: No such file or directory"):
        evidence_in(tmp_path / "redis.yaml")
    with pytest.raises(InvalidInput, match=rf"{CREATE_ONLY}: the file cannot be read"):
        create_only(tmp_path)


def test_leaves_are_scalars_and_empty_containers() -> None:
    assert leaves({"a": 1, "b": {"c": None, "d": []}, "e": [1, {"f": {}}]}) == 5


def test_the_table_of_create_only_properties_has_every_type_in_use() -> None:
    assert sorted(create_only().types) == IN_USE


@pytest.mark.parametrize("key", IN_USE)
def test_the_table_of_create_only_properties_is_about_the_version_of_the_sdk(key: str) -> None:
    _, module, name = RESOURCE_TYPES[key].token.split(":")
    # Read, not imported: importing the SDK's modules takes half a minute.
    (folder,) = find_spec(f"pulumi_azure_native.{module}").submodule_search_locations
    words = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z][a-z0-9]*", name)
    text = (Path(folder) / f"{'_'.join(words).lower()}.py").read_text()
    assert f"Uses Azure REST API version {create_only().types[key].api_version}." in text
