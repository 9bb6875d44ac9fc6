"""One module a product: the same word as in the components, and nothing is left out."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest

from components.facts.types import BY_TOKEN
from offline.azure import services
from offline.azure.services import every

PRODUCTS = {product.__name__.rpartition(".")[2]: product for product in every.PRODUCTS}


def test_every_module_is_in_the_table() -> None:
    found = {module.name for module in iter_modules(services.__path__)}
    assert found == {*PRODUCTS, "every"}
    assert len(every.BEHAVIOURS) == sum(len(product.BEHAVIOURS) for product in every.PRODUCTS)
    functions = [token for product in every.PRODUCTS for token in getattr(product, "FUNCTIONS", ())]
    assert sorted(functions) == sorted(every.FUNCTIONS)


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_product_has_the_types_of_its_component(name: str) -> None:
    rows = import_module(f"components.{name}.facts").ROWS
    assert {BY_TOKEN[token] for token in PRODUCTS[name].BEHAVIOURS} <= set(rows)
