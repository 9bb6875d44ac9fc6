"""The tables of the offline tenants: every type has a behaviour, every code a rule and a place that refuses with it."""

from __future__ import annotations

from pkgutil import iter_modules

import pytest

from components.facts.types import DIRECTORY_TYPES
from offline.entra import services
from offline.entra.codes import CODES
from offline.entra.errors import GraphError
from offline.entra.provider import EntraProvider
from offline.entra.services.every import BEHAVIOURS, KINDS
from offline.rpc.protocol import ProviderError
from offline.world.store import World
from tests.harness.compose import schema
from tests.harness.tenant import Tenant
from tools.entra_coverage import entra_sites


def test_every_type_has_a_behaviour_in_a_module_of_the_table() -> None:
    assert {row.token for row in DIRECTORY_TYPES.values()} == set(BEHAVIOURS)
    assert len(BEHAVIOURS) == sum(len(kind.BEHAVIOURS) for kind in KINDS)
    found = {module.name for module in iter_modules(services.__path__)}
    assert found == {*(kind.__name__.rpartition(".")[2] for kind in KINDS), "every"}


def test_the_shape_of_a_type_is_about_its_properties() -> None:
    for token, behaviour in BEHAVIOURS.items():
        inputs = set(schema().inputs(token))
        shape = behaviour.shape
        paths = {*shape.defaults, *shape.sets, *shape.kept, *shape.remade, *behaviour.fills_in}
        assert {path.partition(".")[0].removesuffix("[]") for path in paths} <= inputs | {"securityEnabled"}, token
        assert set(shape.remade.values()) <= set(schema().outputs(token))
        assert {each.path for each in DIRECTORY_TYPES_BY_TOKEN[token].creation_only} <= inputs, token


DIRECTORY_TYPES_BY_TOKEN = {row.token: row for row in DIRECTORY_TYPES.values()}


def test_every_row_of_a_code_has_a_rule_and_a_source() -> None:
    for code, rules in CODES.items():
        assert rules, code
        assert all(rule.what and rule.source for rule in rules), code
        assert len({rule.what for rule in rules}) == len(rules), code


def test_codes_are_those_in_use() -> None:
    assert {site.code for found in entra_sites().values() for site in found if site.code} == set(CODES)


def test_a_code_without_a_row_fails_at_once() -> None:
    with pytest.raises(KeyError, match="Invented: no row in offline/entra/codes"):
        GraphError("Invented", "message", "advice")


def test_what_the_provider_cannot_do_is_said(tenant: Tenant) -> None:
    with pytest.raises(ProviderError, match="do not know azuread:index/user:User: add its row"):
        tenant.azuread.create("urn", "azuread:index/user:User", {}, preview=False, timeout=0)
    with pytest.raises(ProviderError, match="have no function"):
        tenant.azuread.invoke("azuread:index/getUser:getUser", {})
    with pytest.raises(ProviderError, match="needs tenantId"):
        EntraProvider(World(tenant.world.path), schema(), "6.11.1").configure({})


def test_inputs_that_the_sdk_does_not_know_fail_the_check(tenant: Tenant) -> None:
    (failure,) = tenant.failures("application", displayName="a", ownerz=[])
    assert "did you mean owners?" in failure.reason
