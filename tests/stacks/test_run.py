"""The whole program under mocks, from the engine's configuration to the outputs."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
import yaml
from pulumi.runtime import set_all_config

from offline.engine.home import PROJECT
from stacks.build import run
from tests.conftest import TODAY
from tests.harness import Composition, compose


def configuration(stack: str) -> dict[str, Any]:
    config = yaml.safe_load((PROJECT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}


def test_the_program_builds_what_the_engine_configures() -> None:
    def program() -> None:
        set_all_config(configuration("shared"))
        run("shared", today=TODAY, retries=False)

    composition = compose(program)
    assert [each.inputs["registryName"] for each in composition.of("azure-native:containerregistry:Registry")] == [
        "myssharedacr"
    ]


def test_bad_settings_end_the_program_before_the_first_resource() -> None:
    def program() -> None:
        set_all_config({**configuration("dev"), "mystira:azure": "{}"})
        run("dev", today=TODAY, retries=False)

    composition = Composition()
    with pytest.raises(pulumi.RunError) as caught:
        compose(program, composition)
    lines = str(caught.value).splitlines()
    assert lines[0] == "the settings cannot be built"
    assert len(lines) == 5
    assert all(": missing" in line for line in lines[1:])
    assert composition.resources == []
