"""The table of codes: complete, explained, and each code in the table of its product."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import pytest

from components.facts.types import RESOURCE_TYPES
from offline.azure.codes import table
from offline.azure.codes.table import CODES
from offline.azure.errors import ArmError
from offline.azure.services import every
from offline.world.faults import KINDS
from tools.coverage_page import OF_PARENTS, sites

MODULES = (*table.OF_EVERY_TYPE, *table.OF_PRODUCTS)


def test_a_code_without_a_row_fails_at_once() -> None:
    with pytest.raises(KeyError, match="Invented: no row in offline/azure/codes"):
        ArmError("Invented", "message", "advice")


def test_every_row_has_a_rule_and_a_source() -> None:
    for code, rules in CODES.items():
        assert rules, code
        assert all(rule.what and rule.source for rule in rules), code
        assert len({rule.what for rule in rules}) == len(rules), code
    assert sum(len(rules) for module in MODULES for rules in module.CODES.values()) == sum(map(len, CODES.values()))


def test_codes_are_those_in_use() -> None:
    """No row is left over, none is missing: behaviours, general rules, functions, exclusive parents, faults."""
    used = {site.code for found in sites().values() for site in found if site.code}
    used |= {behaviour.taken[0] for behaviour in every.BEHAVIOURS.values()}
    used |= {behaviour.misnamed[0] for behaviour in every.BEHAVIOURS.values()}
    used |= {each.message.partition('Code="')[2].partition('"')[0] for each in KINDS.values()} - {""}
    assert used == set(CODES)


def product_of(module: str) -> str:
    return module.rpartition(".")[2]


@pytest.mark.parametrize("product", every.PRODUCTS, ids=lambda product: product_of(product.__name__))
def test_what_a_product_refuses_is_explained_beside_it(product: ModuleType) -> None:
    name = product_of(product.__name__)
    explained = {code for module in table.OF_EVERY_TYPE for code in module.CODES}
    explained |= {code for module in table.OF_PRODUCTS if product_of(module.__name__) == name for code in module.CODES}
    prefixes = tuple(f"{module.__name__}{end}" for module in every.MODULES[product] for end in (":", "."))
    places = [site for found in sites().values() for site in found if site.code]
    used = {site.code for site in places if site.place.startswith(prefixes)}
    assert used <= explained


def test_exclusive_parents_refuse_with_a_code_of_their_product() -> None:
    for site in sites()[OF_PARENTS]:
        owner = next(module for module in table.OF_PRODUCTS if site.code in module.CODES)
        rows = import_module(f"components.{product_of(owner.__name__)}.facts").ROWS
        assert RESOURCE_TYPES[site.place] in rows
