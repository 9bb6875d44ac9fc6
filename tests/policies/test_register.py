"""Every public rule that was looked at is answered by a rule, or not for a reason."""

from __future__ import annotations

import re

from components.facts.types import REGISTERED_TYPES
from policies.register import answers, register
from policies.rules.every import RULES
from tests.policies.test_rules import PLANNED

MCSB = re.compile(r"MCSB (AM|BR|DP|DS|ES|GS|IM|IR|LT|NS|PA|PV)-\d+")
EVERYTHING = {"everything", "subscription"}


def test_every_public_rule_has_one_answer() -> None:
    answered = answers()
    assert [each.id for each in register() if (each.id in answered) == bool(each.why_not)] == []


def test_what_a_rule_claims_to_answer_is_in_the_register() -> None:
    known = {each.id for each in register()}
    assert [each for each in answers() if each not in known and not MCSB.fullmatch(each)] == []


def test_a_public_rule_is_there_once_and_about_types_of_ours() -> None:
    ids = [each.id for each in register()]
    assert len(ids) == len(set(ids))
    for each in register():
        assert set(each.types.split(", ")) <= REGISTERED_TYPES.keys() | EVERYTHING, each.id
        assert each.source in ("PSRule", "checkov", "APRL")


def test_a_reason_that_names_a_rule_names_one_of_the_plan() -> None:
    for each in register():
        if each.planned:
            assert each.planned in PLANNED.keys() - RULES.keys(), each.id
