"""``python -m offline.engine.download <folder>``: Pulumi's own installer, in a separate process.

The installer is part of the SDK, which takes longer to import than most offline commands take to run.
"""

from __future__ import annotations

import sys
from pathlib import Path

import semver
from pulumi.automation import PulumiCommand

from offline.engine.home import ENGINE_VERSION


def download(folder: Path) -> None:
    """Install the engine as ``bin/pulumi`` below ``folder``."""
    PulumiCommand.install(root=str(folder), version=semver.VersionInfo.parse(ENGINE_VERSION))


if __name__ == "__main__":
    download(Path(sys.argv[1]))
