"""The reviewed secrets of the committed settings: one line a secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from stacks.parts.secrets.plan import SECRETS, SecretPlan
from stacks.plan.load import PROJECT
from stacks.settings.loading import SHARED, stacks_in
from tests.harness.golden import ACCEPT, GoldenFile
from tests.harness.settings import committed_plan

STACKS = [stack for stack in stacks_in(PROJECT) if stack != SHARED]


def line(secret: SecretPlan) -> str:
    """What a reviewer wants to see: where it is, what it holds, who reads it."""
    return f"{secret.service} {secret.vault} {secret.name} {secret.content_type} {secret.value} {secret.reader}"


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.requirement("S3-123")
def test_the_secrets_are_the_reviewed_ones(stack: str, snapshot: SnapshotAssertion) -> None:
    found = "".join(f"{each}\n" for each in sorted(map(line, committed_plan(stack).of(SECRETS))))
    golden = snapshot(name=f"secrets-{stack}", extension_class=GoldenFile)
    assert found == golden, f"tests/golden/secrets-{stack}.txt {ACCEPT}"


def test_every_environment_has_its_table_and_every_table_its_environment() -> None:
    files = {file.stem for file in Path(__file__).parent.glob("secrets-*.txt")}
    assert files == {f"secrets-{stack}" for stack in STACKS}
