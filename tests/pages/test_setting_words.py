"""What the schema says of one setting."""

from __future__ import annotations

import pytest

from stacks.pages.setting_words import kinds_with, setting_paths, setting_words
from stacks.settings.effective import effective
from stacks.settings.loading import from_file
from stacks.settings.models import EnvironmentSettings, SharedSettings
from tests.harness.settings import SETTINGS, STACKS


@pytest.mark.parametrize(
    ("path", "type", "says"),
    [
        ("redis.sku", "one of these", "The SKU"),
        ("redis", "a section", "Azure Managed Redis"),
        ("aks.pools.chain.maximum", "a whole number", "The most nodes"),
        ("monitoring.receivers.0.email", "text", "e-mail"),
        ("postgresql.parameters.azure.extensions", "text", "Allowed"),
        ("redis.high_availability", "true or false", "Default: true"),
        ("adopt", "a mapping", "Live resources"),
        ("local_auth", "a list", "keys or passwords"),
    ],
)
def test_a_setting_has_its_docstring_and_type(path: str, type: str, says: str) -> None:
    found = setting_words(EnvironmentSettings, path)
    assert found is not None
    assert (found.type, says in found.description) == (type, True)
    assert bool(found.fields) is (type == "a section")


def test_what_it_may_be() -> None:
    pool = setting_words(EnvironmentSettings, "aks.pools.chain.maximum")
    sku = setting_words(EnvironmentSettings, "redis.sku")
    assert pool is not None
    assert sku is not None
    assert pool.allowed == ("at least 1", "at most 1000")
    assert "Balanced_B5" in sku.allowed


@pytest.mark.parametrize("path", ["nope", "redis.nope", "redis.sku.nope", "monitoring.receivers.email", "registry"])
def test_what_is_no_setting_is_nothing(path: str) -> None:
    assert setting_words(EnvironmentSettings, path) is None


def test_a_setting_is_of_the_kinds_that_have_it() -> None:
    assert list(kinds_with("registry.sku")) == [SharedSettings]
    assert set(kinds_with("azure.region")) == {SharedSettings, EnvironmentSettings}
    assert {"redis", "redis.sku", "aks.pools.system.vm_size"} <= set(setting_paths(EnvironmentSettings))


@pytest.mark.parametrize("stack", STACKS)
def test_every_value_of_a_file_has_words(stack: str) -> None:
    """The schema and the models agree on every path."""
    settings = from_file(stack, SETTINGS)
    assert [path for path in effective(settings) if setting_words(type(settings), path) is None] == []
