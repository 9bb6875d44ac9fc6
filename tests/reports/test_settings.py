"""Effective settings, and where those of two stacks differ."""

from __future__ import annotations

from pathlib import Path

from stacks.reports.settings import differences
from stacks.settings.effective import Effective, effective
from stacks.settings.loading import from_file
from tests.harness.settings import SETTINGS, edit


def test_values_are_told_by_path_with_those_that_the_file_leaves_out() -> None:
    found = effective(from_file("dev", SETTINGS))
    assert found["redis.eviction"] == Effective("NoEviction", default=True)
    assert found["redis.sku"].default is False
    assert found["monitoring.receivers.0.email"].default is False
    assert found["aks.pools.system.vm_size"].default is False
    assert not {"redis", "aks.pools", "monitoring.receivers", "features"} & found.keys()


def test_what_is_below_a_section_that_is_left_out_is_a_default() -> None:
    found = effective(from_file("dev", SETTINGS))
    assert {path for path, value in found.items() if path.startswith("naming.") and not value.default} == set()


def test_a_value_that_is_written_down_is_no_difference_to_the_same_default(folder: Path) -> None:
    before = from_file("dev", folder)
    edit(folder, "dev", {"redis.eviction": "NoEviction"})
    assert list(differences(before, from_file("dev", folder))) == []
    edit(folder, "dev", {"redis.eviction": "AllKeysLRU", "features.ChainGrpc": True})
    found = {each.path: each for each in differences(before, from_file("dev", folder))}
    assert found.keys() == {"redis.eviction", "features.ChainGrpc"}
    assert found["redis.eviction"].right == Effective("AllKeysLRU", default=False)
    assert found["features.ChainGrpc"].left is None


def test_stacks_of_different_kinds_have_settings_of_their_own() -> None:
    found = {each.path: each for each in differences(from_file("shared", SETTINGS), from_file("dev", SETTINGS))}
    assert found["registry.sku"].right is None
    assert found["redis.sku"].left is None
