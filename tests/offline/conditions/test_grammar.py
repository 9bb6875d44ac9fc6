"""Conditions as text: what Azure takes, and one error for what it does not."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.access.facts import CONDITION_BYTES
from offline.azure.conditions.evaluation import checked
from offline.azure.conditions.grammar import (
    SOURCES,
    Attribute,
    Comparison,
    Exists,
    Expression,
    InvalidCondition,
    Joined,
    Matches,
    Not,
    Operand,
    Value,
    parsed,
)
from offline.azure.conditions.operators import CROSSES, OPERATORS, Kind

ROLE = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
PATH = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path]"
GUID = "5e467623-bb1f-42f4-a55d-6e525e11384b"

VALID = [
    # Microsoft: Examples to delegate Azure role assignment management with conditions.
    f"((!(ActionMatches{{'Microsoft.Authorization/roleAssignments/write'}})) OR ({ROLE} ForAnyOfAnyValues:GuidEquals "
    f"{{{GUID}, {GUID}}} AND @Request[Microsoft.Authorization/roleAssignments:PrincipalType] "
    "ForAnyOfAnyValues:StringEqualsIgnoreCase {'User', 'Group'}))",
    # Microsoft: Azure role assignment condition format and syntax.
    "!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'} AND NOT "
    "SubOperationMatches{'Blob.List'})",
    "@Request[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:versionId] DateTimeEquals "
    "'2022-06-01T00:00:00.0Z' OR NOT Exists "
    "@Request[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:versionId]",
    "@Resource[Microsoft.Storage/storageAccounts:isHnsEnabled] BoolEquals true",
    "@Request[Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags:Project<$key_case_sensitive$>] "
    "StringEquals 'Cascade'",
    "{'red', 'blue'} ForAllOfAnyValues:StringEquals {'orange', 'red', 'blue'}",
    "@Environment[UtcNow] DateTimeGreaterThan '2023-05-01T13:00:00.000Z'",
    "@Principal[Microsoft.Directory/CustomSecurityAttributes/Id:Engineering_Project] StringEquals 'Baker'",
    f"({PATH} StringLike 'readonly/*' && {PATH} StringNotStartsWith 'a') || {PATH} stringEquals ''",
]


@pytest.mark.parametrize("text", VALID)
def test_what_microsoft_writes_is_taken(text: str) -> None:
    assert checked(text) == checked(" ".join(text.split()))


INVALID = [
    ("", "at character 1; seen: the end; allowed: an attribute"),
    ("()", "at character 2; seen: ); allowed: an attribute"),
    ("ActionMatches{'a'} #", "at character 20; seen: #; allowed: attributes, functions"),
    ("ActionMatches{'a'", "at character 18; seen: the end; allowed: }"),
    ("ActionMatches{a}", "at character 15; seen: a; allowed: an action in single quotes"),
    ("(ActionMatches{'a'}", "at character 20; seen: the end; allowed: AND, OR or )"),
    ("ActionMatches{'a'})", "at character 19; seen: ); allowed: AND, OR or the end"),
    ("ActionMatches{'a'} ActionMatches{'b'}", "at character 20; seen: ActionMatches; allowed: AND, OR or the end"),
    (
        "ActionMatches{'a'} AND ActionMatches{'b'} OR ActionMatches{'c'}",
        "at character 43; seen: OR; allowed: parentheses where AND and OR meet",
    ),
    ("Exists 'a'", "at character 8; seen: 'a'; allowed: an attribute of @Request[…], @Resource[…]"),
    (f"{PATH} StringEnds 'a'", f"at character {len(PATH) + 2}; seen: StringEnds; allowed: an operator"),
    (f"{PATH} ForAnyOfAnyValues:StringStartsWith {{'a'}}", "seen: ForAnyOfAnyValues:StringStartsWith; allowed"),
    (f"{PATH} ForSomeOfAnyValues:StringEquals {{'a'}}", "seen: ForSomeOfAnyValues:StringEquals; allowed"),
    (f"{PATH} StringEquals {{'a', 'b'}}", "seen: several values; allowed: one after StringEquals"),
    (f"{PATH} StringEquals 3", "seen: 3; allowed for StringEquals: text in single quotes"),
    (f"{ROLE} GuidEquals 'Reader'", "seen: Reader; allowed for GuidEquals: a GUID"),
    (f"{ROLE} ForAnyOfAnyValues:GuidEquals {{{GUID},}}", "seen: }; allowed: an attribute, text"),
    ("@Request[Microsoft.Storage/storageAccounts:x] NumericEquals 1.5", "seen: .5; allowed: attributes"),
    ("@Resource[Microsoft.ServiceBus/namespaces/queues:Name] stringEquals 'foo'", "seen: @Resource[Microsoft.Service"),
    ("@Environment[weather] StringEquals 'fine'", "seen: @Environment[weather]; allowed: attributes of Microsoft.Auth"),
    ("@Principal[name] StringEquals 'me'", "seen: @Principal[name]; allowed"),
    ("NOT Exists @Request[x]", "seen: @Request[x]; allowed"),
    (f"{PATH} StringEquals '{'a' * CONDITION_BYTES}'", f"bytes; allowed: {CONDITION_BYTES}"),
]


@pytest.mark.parametrize(("text", "message"), INVALID, ids=[case[0][:40] for case in INVALID])
def test_what_azure_does_not_take_is_one_error(text: str, message: str) -> None:
    with pytest.raises(InvalidCondition, match=re.escape(message)):
        checked(text)


# A tree that is written as text is read as the same tree.

NAMES = st.from_regex(r"[A-Za-z][A-Za-z/.:<>$_]{0,20}", fullmatch=True)
TEXTS = st.text(st.characters(blacklist_characters="'", blacklist_categories=("Cs",)), max_size=8)
ATTRIBUTES = st.builds(Attribute, st.sampled_from(SOURCES), NAMES)
VALUES = {
    Kind.STRING: st.builds(Value, TEXTS, st.just(True)),
    Kind.NUMBER: st.builds(Value, st.integers().map(str), st.just(False)),
    Kind.TIME: st.builds(Value, st.datetimes().map(lambda day: f"{day:%Y-%m-%dT%H:%M:%S}Z".zfill(20)), st.just(True)),
    Kind.BOOL: st.builds(Value, st.sampled_from(("true", "false")), st.just(False)),
    Kind.GUID: st.builds(Value, st.uuids().map(str), st.booleans()),
}


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    operator = OPERATORS[draw(st.sampled_from(sorted(OPERATORS)))]
    cross = draw(st.sampled_from(["", *CROSSES])) if operator.crosses else ""
    values = st.lists(VALUES[operator.kind], min_size=1, max_size=3 if cross else 1).map(tuple)
    return Comparison(draw(ATTRIBUTES), cross, operator.name.lower(), draw(ATTRIBUTES | values))


LEAVES: st.SearchStrategy[Expression] = (
    comparisons() | st.builds(Matches, st.booleans(), TEXTS) | st.builds(Exists, ATTRIBUTES)
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(Joined, st.booleans(), st.lists(inner, min_size=2, max_size=3).map(lambda parts: tuple(parts)))
    ),
    max_leaves=6,
)


def written(tree: Expression) -> str:
    match tree:
        case Joined(conjunction, parts):
            return (" AND " if conjunction else " || ").join(f"({written(part)})" for part in parts)
        case Not(inner):
            return f"!({written(inner)})"
        case Matches(suboperation, pattern):
            return f"{'SubOperation' if suboperation else 'Action'}Matches{{'{pattern}'}}"
        case Exists(wanted):
            return f"Exists {operand(wanted)}"
        case Comparison(left, cross, operator, right):
            return f"{operand(left)} {cross}{':' if cross else ''}{operator} {operand(right)}"


def operand(value: Operand) -> str:
    if isinstance(value, Attribute):
        return f"@{value.source}[{value.name}]"
    return f"{{{', '.join(repr_of(each) for each in value)}}}"


def repr_of(value: Value) -> str:
    return f"'{value.text}'" if value.quoted else value.text


@given(TREES)
def test_what_is_written_is_read_as_it_was(tree: Expression) -> None:
    assert parsed(written(tree)) == tree


@given(TREES, st.data())
def test_a_condition_that_is_cut_off_is_refused_or_whole(tree: Expression, data: st.DataObject) -> None:
    """Whatever is left of a text, it is read or refused: nothing else is raised."""
    text = written(tree)
    rest = text[: data.draw(st.integers(0, len(text)))]
    with suppress(InvalidCondition):
        assert parsed(rest) == parsed(f" {rest} ")
