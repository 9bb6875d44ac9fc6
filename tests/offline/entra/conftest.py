"""Fixtures of the tests of tenants."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness.tenant import Tenant


@pytest.fixture
def tenant(tmp_path: Path) -> Tenant:
    """An empty tenant."""
    return Tenant(tmp_path)
