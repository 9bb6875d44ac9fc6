"""Comparing and refreshing inputs as azure-native does."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from offline.azure.inputs import differences, refreshed


def test_what_azure_fills_in_stays_out_of_the_inputs() -> None:
    """As azure-native refreshes: only what differs between two looks at Azure reaches the inputs."""
    inputs = {"name": "n", "pools": [{"count": 1}], "sku": {"name": "S"}}
    before = {"name": "n", "pools": [{"count": 1, "os": "Linux"}], "sku": {"name": "S", "tier": "T"}, "zones": ["1"]}
    assert refreshed(inputs, before, before) == inputs
    now = {"name": "n", "pools": [{"count": 2, "os": "Linux"}, {"count": 5}], "sku": {"name": "S", "tier": "U"}, "x": 1}
    assert refreshed(inputs, before, now) == {
        "name": "n",
        "pools": [{"count": 2}, {"count": 5}],
        "sku": {"name": "S", "tier": "U"},
        "x": 1,
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


OBJECTS = st.dictionaries(st.sampled_from("abcd"), JSON, max_size=4)


@given(inputs=OBJECTS, before=OBJECTS)
def test_nothing_changed_is_nothing_refreshed(inputs: dict[str, Any], before: dict[str, Any]) -> None:
    assert refreshed(inputs, before, before) == inputs


@given(value=OBJECTS, other=OBJECTS)
def test_equal_inputs_and_only_they_have_no_differences(value: dict[str, Any], other: dict[str, Any]) -> None:
    assert dict(differences(value, value)) == {}
    assert bool(dict(differences(value, other))) == (_solid(value) != _solid(other))


def _solid(value: Any) -> Any:
    """Without properties that are null, which Azure treats as absent."""
    if isinstance(value, dict):
        return {key: _solid(item) for key, item in value.items() if item is not None}
    return [_solid(item) for item in value] if isinstance(value, list) else value
