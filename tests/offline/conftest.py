"""Fixtures of the offline tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.offline import Cloud


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    """An empty world with a resource group."""
    return Cloud(tmp_path)
