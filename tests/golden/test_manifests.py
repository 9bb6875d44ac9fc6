"""The reviewed objects of the committed settings in their clusters."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from syrupy.assertion import SnapshotAssertion

from components.naming.kubernetes import PRESCRIBED
from stacks.plan.load import PROJECT
from stacks.reports.manifests import manifests
from stacks.settings.loading import SHARED, stacks_in
from tests.harness.build import recording
from tests.harness.golden import ACCEPT, GoldenManifests
from tests.harness.settings import committed_plan

STACKS = [stack for stack in stacks_in(PROJECT) if stack != SHARED]


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.requirement("S3-039")
def test_the_objects_are_the_reviewed_ones(stack: str, snapshot: SnapshotAssertion) -> None:
    found = manifests(recording(committed_plan(stack)))
    golden = snapshot(name=stack, extension_class=GoldenManifests)
    assert found == golden, f"tests/golden/{stack}.yaml {ACCEPT}"
    for each in yaml.safe_load_all(found):
        place, name = each["metadata"].get("namespace"), each["metadata"]["name"]
        assert name.startswith("mys-") or (place, name) in PRESCRIBED


def test_every_environment_has_its_file_and_every_file_its_environment() -> None:
    assert {file.stem for file in Path(__file__).parent.glob("*.yaml")} == set(STACKS)


def test_shared_has_no_cluster() -> None:
    assert manifests(recording(committed_plan(SHARED))) == ""
