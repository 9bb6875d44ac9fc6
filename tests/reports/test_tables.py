"""The tables that two commits are compared by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

import pytest

from stacks.parts.secrets.plan import SECRETS
from stacks.plan.model import StackPlan
from stacks.reports.tables import HEADINGS, Tables, UnreadableTables, compare, read_tables, tables_of, written
from tests.harness.settings import every_stack


@every_stack
def test_what_is_written_is_read_again(stack: str, plans: Mapping[str, StackPlan]) -> None:
    made = tables_of(plans[stack])
    assert read_tables(written(made), "base.json", stack) == made
    assert {each.name for each in fields(Tables)} == {"stack", "region", *HEADINGS}
    for name, heading in HEADINGS.items():
        assert all(len(row) == len(heading) for row in getattr(made, name)), name


def test_they_say_what_the_plan_says(plans: Mapping[str, StackPlan]) -> None:
    plan, made = plans["dev"], tables_of(plans["dev"])
    assert len(made.roles) >= len({(each.who, each.role.name, each.scope) for each in plan.grants})
    assert len(made.secrets) == len(plan.of(SECRETS))
    assert len(made.paths) == len(set(plan.paths))
    assert ("mys-dev-core-rg-san",) in made.groups
    assert {row[0] for row in made.waivers} == set(plan.waivers)
    assert {row[0] for row in made.pipelines} == {"pipeline/apply", "pipeline/preview"}


def test_they_hold_no_value_of_a_secret(plans: Mapping[str, StackPlan]) -> None:
    text = written(tables_of(plans["dev"]))
    assert not [each.name for each in plans["dev"].of(SECRETS) if len(each.literal) > 12 and each.literal in text]


def test_what_differs_is_what_came_and_what_went(plans: Mapping[str, StackPlan]) -> None:
    base = tables_of(plans["dev"])
    first, *rest = base.roles
    head = replace(base, roles=(("identity/app", "Owner", "vault/app", ""), *rest))
    found = compare(base, head, "roles")
    assert (found.added, found.removed) == ((("identity/app", "Owner", "vault/app", ""),), (first,))
    assert compare(base, head, "paths").same


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not the tables of a stack"),
        ("{}", "not the tables of a stack; seen: KeyError('format')"),
        ("[]", "not the tables of a stack"),
        ('{"format": 0}', "tables of another version; seen: 0; allowed: 1"),
        ('{"format": 1, "stack": "prod"}', "tables of another stack; seen: prod; allowed: dev"),
        ('{"format": 1, "stack": "dev"}', "not the tables of a stack"),
        ('{"format": 1, "stack": "dev", "roles": [1]}', "not the tables of a stack"),
    ],
)
def test_anything_else_is_one_clear_error(text: str, said: str) -> None:
    with pytest.raises(UnreadableTables) as caught:
        read_tables(text, "base.json", "dev")
    assert str(caught.value).startswith(f"base.json: {said}")
