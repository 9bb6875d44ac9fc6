"""The module of a product has the same word as in the components, and nothing is left out."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest

from components.facts.types import BY_TOKEN
from offline.azure import services
from offline.azure.services import every

MODULES = [module for modules in every.MODULES.values() for module in modules]


def name_of(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def test_every_module_is_in_the_table() -> None:
    found = {module.name for module in iter_modules(services.__path__)}
    assert found == {*map(name_of, MODULES), "every"}
    assert every.FURTHER.keys() <= {*every.PRODUCTS}
    assert len(every.BEHAVIOURS) == sum(len(module.BEHAVIOURS) for module in MODULES)
    functions = [token for module in MODULES for token in getattr(module, "FUNCTIONS", ())]
    assert sorted(functions) == sorted(every.FUNCTIONS)


@pytest.mark.parametrize("product", every.PRODUCTS, ids=name_of)
def test_a_product_has_the_types_of_its_component(product: ModuleType) -> None:
    rows = import_module(f"components.{name_of(product)}.facts").ROWS
    assert {BY_TOKEN[token] for module in every.MODULES[product] for token in module.BEHAVIOURS} <= set(rows)
