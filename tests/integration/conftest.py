"""Tests against real services, each named by a variable; without it they are skipped (docs/runbooks/pipelines.md)."""

from __future__ import annotations

import os

import pytest


def named(variable: str) -> str:
    """The value of a variable that names a service; skips the test where it is not there."""
    found = os.environ.get(variable, "")
    if not found:
        pytest.skip(f"no service: {variable} is not set")
    return found
