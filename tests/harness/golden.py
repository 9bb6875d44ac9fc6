"""Golden files: one readable file a case, beside the test, written with ``make accept``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from syrupy.data import SnapshotCollections
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

ACCEPT = "differs from the reviewed file; if the change is meant, write it with `make accept` and read the diff"
"""What a test says when its golden file differs."""


class GoldenFile(SingleFileSnapshotExtension):
    """``snapshot(name="dev")`` is the file ``dev.txt`` in the folder of the test."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT

    @classmethod
    def dirname(cls, *, test_location: Any) -> str:
        return str(Path(test_location.filepath).parent)

    @classmethod
    def get_file_basename(cls, *, test_location: Any, index: Any) -> str:
        return str(index)

    @classmethod
    def matches_test_location(cls, *, test_location: Any, snapshot_location: str) -> bool:
        return True

    def discover_snapshots(self, *, test_location: Any, ignore_extensions: list[str] | None = None) -> Any:
        """None: the folder also holds the tests, and syrupy removes what no test has used."""
        return SnapshotCollections()


class GoldenManifests(GoldenFile):
    """The same as YAML: ``snapshot(name="dev")`` is ``dev.yaml``."""

    file_extension = "yaml"
