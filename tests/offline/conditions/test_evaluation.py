"""Conditions against requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline.azure.conditions.evaluation import Asked, attribute, checked, holds

BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
WRITE, DELETE = (f"Microsoft.Authorization/roleAssignments/{verb}" for verb in ("write", "delete"))
PATH = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path"


def asked(action: str = "a/b/read", suboperation: str = "", **resource: str) -> Asked:
    """A request with these attributes of the resource."""
    values = {
        attribute("Resource", f"Microsoft.Storage/storageAccounts:{name}"): text for name, text in resource.items()
    }
    return Asked(action, "/subscriptions/s", values, suboperation)


# Microsoft: Azure role assignment condition format and syntax, "Function operators" and the tables below it.
EXAMPLES = [
    ("ActionMatches{'Microsoft.Authorization/roleAssignments/*'}", True),
    ("ActionMatches{'Microsoft.Authorization/roleDefinitions/*'}", False),
    ("{'abcd'} StringLike 'a*c?'", True),
    ("{'abcd'} StringLike 'A*C?'", False),
    ("{'abcd'} StringLike 'a*c'", False),
    ("{'red', 'blue'} ForAnyOfAnyValues:StringEquals {'blue', 'green'}", True),
    ("{'red', 'blue'} ForAnyOfAnyValues:StringEquals {'orange', 'green'}", False),
    ("{'red', 'blue'} ForAllOfAnyValues:StringEquals {'orange', 'red', 'blue'}", True),
    ("{'red', 'blue'} ForAllOfAnyValues:StringEquals {'red', 'green'}", False),
    ("{10, 20} ForAnyOfAllValues:NumericLessThan {15, 18}", True),
    ("{10, 20} ForAllOfAllValues:NumericLessThan {5, 15, 18}", False),
    ("{10, 20} ForAllOfAllValues:NumericLessThan {25, 30}", True),
    ("{10, 20} ForAllOfAllValues:NumericLessThan {15, 25, 30}", False),
]


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_the_examples_of_microsoft(text: str, expected: bool) -> None:
    assert holds(checked(text), asked(WRITE)) is expected


COMPARISONS = [
    ("'Ab' StringEquals 'ab'", False),
    ("'Ab' StringEqualsIgnoreCase 'aB'", True),
    ("'Ab' StringNotEquals 'ab'", True),
    ("'Ab' StringNotEqualsIgnoreCase 'aB'", False),
    ("'abc' StringStartsWith 'ab'", True),
    ("'abc' StringStartsWith 'AB'", False),
    ("'abc' StringStartsWithIgnoreCase 'AB'", True),
    ("'abc' StringNotStartsWith 'ab'", False),
    ("'a*c' StringLike 'a\\*c'", True),
    ("'abc' StringLike 'a\\*c'", False),
    ("'a.c' StringNotLike 'a?c'", False),
    ("'ABC' StringLikeIgnoreCase 'a?c'", True),
    ("10 NumericGreaterThan 9", True),
    ("10 NumericLessThanEquals 9", False),
    ("true BoolEquals TRUE", True),
    ("true BoolNotEquals true", False),
    ("'5E467623-bb1f-42f4-a55d-6e525e11384b' GuidEquals 5e467623-BB1F-42f4-a55d-6e525e11384b", True),
    ("'2026-01-01T00:00:00.10Z' DateTimeEquals '2026-01-01T00:00:00.1Z'", True),
    ("'2026-01-01T00:00:00Z' DateTimeLessThan '2026-01-01T00:00:00.05Z'", True),
    ("'2026-01-02T00:00:00Z' DateTimeGreaterThanEquals '2026-01-01T23:59:59.9Z'", True),
]


@pytest.mark.parametrize(("text", "expected"), COMPARISONS)
def test_operators(text: str, expected: bool) -> None:
    assert holds(checked(text), asked()) is expected


def test_attributes_are_found_by_source_and_name_in_any_case() -> None:
    request = asked(name="blobs")
    assert holds(checked("@Resource[MICROSOFT.Storage/storageAccounts:Name] StringEquals 'blobs'"), request)
    assert not holds(checked("@Request[Microsoft.Storage/storageAccounts:name] StringEquals 'blobs'"), request)
    assert holds(checked("Exists @resource[Microsoft.Storage/storageAccounts:name]"), request)


def test_what_has_no_value_satisfies_nothing() -> None:
    for operator in ("StringEquals", "StringNotEquals"):
        assert not holds(checked(f"@Request[{PATH}] {operator} 'a'"), asked())
        assert not holds(checked(f"@Request[{PATH}] ForAllOfAnyValues:{operator} {{'a'}}"), asked())
    assert holds(checked(f"NOT Exists @Request[{PATH}]"), asked())


def test_a_condition_on_a_suboperation_is_asked_of_that_alone() -> None:
    tree = checked(
        f"!(ActionMatches{{'{BLOBS}/read'}} AND NOT SubOperationMatches{{'Blob.List'}}) OR "
        "@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'mine'"
    )
    assert holds(tree, asked(f"{BLOBS}/read", "Blob.List"))
    assert not holds(tree, asked(f"{BLOBS}/read"))
    assert holds(tree, asked(f"{BLOBS}/read", name="mine"))
    assert holds(tree, asked(f"{BLOBS}/write"))


@given(st.booleans(), st.booleans())
def test_and_or_and_not_are_those_of_logic(one: bool, other: bool) -> None:
    left, right = (f"true BoolEquals {str(each).lower()}" for each in (one, other))

    def says(text: str) -> bool:
        return holds(checked(text), asked())

    assert says(f"{left} AND {right}") == (one and other)
    assert says(f"{left} OR {right}") == (one or other)
    assert says(f"!({left} AND {right})") == says(f"NOT {left} || NOT {right}")
