"""Entries of `mystira:adopt` are written into a settings file that otherwise stays as it is."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest
import yaml

from stacks.adopt.following import Line
from stacks.adopt.write import write_entries

ENTRIES = {"resource-group/core": "/subscriptions/s/resourceGroups/a", "virtual-network/core": "/subscriptions/s/b"}


def test_new_entries_are_all_that_is_added(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    before = file.read_text()
    assert write_entries(file, ENTRIES) == len(ENTRIES)
    after = file.read_text()
    assert yaml.safe_load(after)["config"].pop("mystira:adopt") == ENTRIES
    assert "# Fictitious" in after
    kept = {**yaml.safe_load(after)["config"]}
    del kept["mystira:adopt"]
    assert kept == yaml.safe_load(before)["config"]
    removed = [line for line in unified_diff(before.splitlines(), after.splitlines(), n=0) if line.startswith("-")]
    assert all("{" in line or line.startswith("---") for line in removed)


def test_entries_that_are_there_already_change_nothing(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    write_entries(file, ENTRIES)
    before = file.read_text()
    assert write_entries(file, ENTRIES) == 0
    assert file.read_text() == before


def test_what_is_there_stays_whatever_it_says(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    write_entries(file, ENTRIES, {"aks-nodes": "mine"})
    moved = {"resource-group/core": "/subscriptions/s/resourceGroups/other", "key-vault/app": "/subscriptions/s/c"}
    assert write_entries(file, moved, {"aks-nodes": "other", "postgresql": "postgresql-subnet"}) == 2
    config = yaml.safe_load(file.read_text())["config"]
    assert config["mystira:adopt"] == {**ENTRIES, "key-vault/app": "/subscriptions/s/c"}
    assert config["mystira:network"]["subnet_names"] == {"aks-nodes": "mine", "postgresql": "postgresql-subnet"}


def test_nothing_to_write_leaves_no_empty_section(folder: Path) -> None:
    file = folder / "Pulumi.dev.yaml"
    before = file.read_text()
    assert write_entries(file, {}, {}) == 0
    assert file.read_text() == before


@pytest.mark.parametrize("text", ["on", "Off", "1.36", "true"])
def test_a_text_that_yaml_would_take_for_something_else_stays_one(folder: Path, text: str) -> None:
    file = folder / "Pulumi.dev.yaml"
    write_entries(file, {}, lines=[Line("kubernetes-cluster/core", "aks.version", text, "", "it lives")])
    assert yaml.safe_load(file.read_text())["config"]["mystira:aks"]["version"] == text
