"""Values that stand for nothing are found wherever they are, and real ones are left alone."""

from __future__ import annotations

import pytest

from stacks.settings.fictitious import fictitious_values
from stacks.settings.section import Section


class Inner(Section):
    """A section in a section."""

    value: str


class Outer(Section):
    """Everything that settings are made of."""

    inner: Inner
    many: list[str]
    number: int = 203


@pytest.mark.parametrize(
    "value",
    [
        "00000000-0000-4000-8000-00000000a001",
        "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/g",
        "203.0.113.0/24",
        "192.0.2.7",
        "198.51.100.7/32",
        "2001:db8::/48",
        "somebody@mystira.example",
        "Somebody@EXAMPLE.com",
        "a.test",
        "sha256:" + "0" * 48 + "1000000000000001",
        "host.invalid",
    ],
)
def test_a_fictitious_value_is_found_at_its_path(value: str) -> None:
    found = list(fictitious_values(Outer(inner=Inner(value=value), many=["x", value])))
    assert [(path, seen) for path, seen, _ in found] == [("inner.value", value), ("many.1", value)]
    assert all(wanted for *_, wanted in found)


@pytest.mark.parametrize(
    "value",
    [
        "10de18e7-0a1f-4b1c-9f43-0b8a1a2b3c4d",
        "203.0.114.0/24",
        "192.0.0.0/16",
        "0.0.0.0/0",
        "2001:db9::/32",
        "somebody@mystira.app",
        "myexample.com",
        "example",
        "1.36",
        "sha256:" + "0f" * 32,
        "",
        "Reached from 203.0.113.0/24 and from example.com.",
    ],
)
def test_any_other_value_is_left_alone(value: str) -> None:
    assert list(fictitious_values(Outer(inner=Inner(value=value), many=[]))) == []
