"""Every value of an enumeration that the program sends is one that the API lists for that type.

The SDK's own enumerations are no witness: where two products of one API use the same name, it has the words of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from components.facts.types import BY_TOKEN
from offline.azure.services.every import BEHAVIOURS
from offline.schema.enums import ENUMS, OPEN
from tests.evidence.loading import create_only, enumerations
from tests.harness.compose import Composition, schema

LISTED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    key: {path: values for source in sources for path, values in source.values.items()}
    for key, sources in enumerations().types.items()
}
"""By key of the type: input → values."""


@pytest.fixture(scope="module")
def sent(composed: Mapping[str, Composition]) -> Mapping[tuple[str, str], set[str]]:
    """What all stacks send where the SDK has an enumeration: key of the type and input → values."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for composition in composed.values():
        for each in composition.azure():
            specs = schema().content["resources"][each.type]["inputs"]
            for name, value in each.inputs.items() if each.type in BEHAVIOURS else ():
                for path, word in _words(value, specs.get(name, {"kind": "any"}), name):
                    found[BY_TOKEN[each.type].key, path].add(word)
    return found


def _words(value: Any, spec: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Every value of an enumeration within an input, with its path."""
    kind = spec["kind"]
    if kind == "enum" and isinstance(value, str):
        yield path, value
    elif kind == "oneOf":
        for option in spec["of"]:
            if option["kind"] != "object" or _is(value, option):
                yield from _words(value, option, path)
    elif kind == "object" and isinstance(value, dict):
        fields = schema().content["types"][spec["type"]]["properties"]
        for name, item in value.items():
            if name in fields:
                yield from _words(item, fields[name], f"{path}.{name}")
    elif kind == "array" and isinstance(value, list):
        for item in value:
            yield from _words(item, spec["items"], f"{path}[]")


def _is(value: Any, spec: Mapping[str, Any]) -> bool:
    """Whether a value is of this one of several kinds of objects, which the SDK tells apart by a constant that its
    schema does not have: a kind whose enumerations lack the value's words is another."""
    kind = spec["kind"]
    if kind == "enum":
        return value in spec["values"]
    if kind == "object" and isinstance(value, dict):
        fields = schema().content["types"][spec["type"]]["properties"]
        return all(_is(item, fields[name]) for name, item in value.items() if name in fields)
    if kind == "array" and isinstance(value, list):
        return all(_is(each, spec["items"]) for each in value)
    return True


def test_every_enumeration_that_is_used_has_been_read(sent: Mapping[tuple[str, str], set[str]]) -> None:
    assert len(sent) > 90
    assert {each for each in sent if each[1] not in LISTED.get(each[0], {})} == set()


def test_every_value_is_one_that_the_api_lists(sent: Mapping[tuple[str, str], set[str]]) -> None:
    unknown = {each: words - set(LISTED[each[0]][each[1]]) for each, words in sent.items()}
    assert {each: words for each, words in unknown.items() if words} == {}


@pytest.mark.parametrize("token", ENUMS)
def test_an_enumeration_of_another_product_is_replaced_by_what_the_api_lists(token: str) -> None:
    for path, values in ENUMS[token].items():
        assert set(values) == set(LISTED[BY_TOKEN[token].key][path])


def test_what_an_open_enumeration_takes_besides_is_read_of_the_type_that_sends_it() -> None:
    rules = LISTED["data-collection-rule"]
    assert {each for values in OPEN.values() for each in values} == set(rules["dataFlows[].streams[]"])


@pytest.mark.parametrize("key", LISTED)
def test_no_source_is_newer_than_the_version_of_the_sdk(key: str) -> None:
    """A newer one could list what the SDK's version does not take yet."""
    for source in enumerations().types[key]:
        assert source.api_version[:10] <= create_only().types[key].api_version[:10]
