"""What a condition says to a request, and which attributes there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from components.facts.actions import fits
from offline.azure.conditions.grammar import (
    Attribute,
    Comparison,
    Exists,
    Expression,
    InvalidCondition,
    Joined,
    Matches,
    Not,
    Operand,
    parsed,
)
from offline.azure.conditions.operators import CROSSES, OPERATORS

ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"

_OF_ASSIGNMENTS = frozenset(
    f"{ASSIGNMENTS}:{name}".lower() for name in ("RoleDefinitionId", "PrincipalId", "PrincipalType")
)
_OF_STORAGE = "microsoft.storage/storageaccounts"
_OF_ENVIRONMENT = frozenset(
    ("isprivatelink", "microsoft.network/privateendpoints", "microsoft.network/virtualnetworks/subnets", "utcnow")
)
_OF_PRINCIPAL = "microsoft.directory/customsecurityattributes/id:"


@dataclass(frozen=True)
class Asked:
    """An action that somebody asks for."""

    action: str
    scope: str
    """The id of the resource."""
    attributes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By source and name, both in lower case; what is not there has no value."""
    suboperation: str = ""
    data: bool = False
    """Whether it is an action on what a resource holds."""


def attribute(source: str, name: str) -> tuple[str, str]:
    """The key of an attribute in :attr:`Asked.attributes`."""
    return source.lower(), name.lower()


def checked(text: str) -> Expression:
    """The tree of a condition that Azure takes. Raises :class:`InvalidCondition`.

    Attributes exist for role assignments and for storage alone (Microsoft: Authorization actions and attributes;
    Actions and attributes for Azure role assignment conditions for Azure Blob Storage; Azure/azure-cli #15683: that of
    a queue of Service Bus is refused).
    """
    tree = parsed(text)
    for each in _attributes(tree):
        if not _known(each):
            raise InvalidCondition(
                f"seen: @{each.source}[{each.name}]; allowed: attributes of {ASSIGNMENTS} and of storage accounts"
            )
    return tree


def holds(condition: Expression, asked: Asked) -> bool:
    """Whether a condition lets a request pass."""
    match condition:
        case Joined(conjunction, parts):
            return (all if conjunction else any)(holds(part, asked) for part in parts)
        case Not(inner):
            return not holds(inner, asked)
        case Matches(suboperation, pattern):
            return fits(asked.suboperation if suboperation else asked.action, pattern)
        case Exists(wanted):
            return attribute(wanted.source, wanted.name) in asked.attributes
        case Comparison():
            return _compared(condition, asked)


def _compared(each: Comparison, asked: Asked) -> bool:
    """Whether a comparison holds. One with an attribute that has no value does not, not even a negated one (assumed:
    microsoft/regorus, src/languages/azure_rbac, has nothing hold for what is undefined)."""
    left, right = (_values(operand, asked) for operand in (each.left, each.right))
    if not left or not right:
        return False
    compare = OPERATORS[each.operator].compare
    of_left, of_right = CROSSES[each.cross or "foranyofanyvalues"]
    return of_left(of_right(compare(one, other) for other in right) for one in left)


def _values(operand: Operand, asked: Asked) -> tuple[str, ...]:
    if isinstance(operand, Attribute):
        value = asked.attributes.get(attribute(operand.source, operand.name))
        return () if value is None else (value,)
    return tuple(value.text for value in operand)


def _attributes(tree: Expression) -> Iterator[Attribute]:
    match tree:
        case Joined(_, parts):
            for part in parts:
                yield from _attributes(part)
        case Not(inner):
            yield from _attributes(inner)
        case Exists(wanted):
            yield wanted
        case Comparison(left, _, _, right):
            yield from (each for each in (left, right) if isinstance(each, Attribute))
        case Matches():
            return


def _known(each: Attribute) -> bool:
    name = each.name.lower()
    if each.source == "Environment":
        return name in _OF_ENVIRONMENT
    if each.source == "Principal":
        return name.startswith(_OF_PRINCIPAL)
    return name in _OF_ASSIGNMENTS or name.startswith(_OF_STORAGE)
