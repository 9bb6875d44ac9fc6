"""What pulumi-kubernetes waits for, of kinds that it does not know."""

from __future__ import annotations

from collections.abc import Mapping

WAIT_FOR = "pulumi.com/waitFor"
"""The annotation that says it (pulumi/pulumi-kubernetes: provider/pkg/metadata/overrides.go)."""


def until(condition: str) -> Mapping[str, str]:
    """The annotation of an object that is there once it has a condition of this type."""
    return {WAIT_FOR: f"condition={condition}"}
