"""``python3 -m tools.workflows.path``: the commands of this checkout, and its uv, are on the PATH of the next steps."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from offline.engine import cache

PROJECT = Path(__file__).resolve().parents[2]


def folders() -> list[str]:
    """The folders: the environment's programs, and uv, without which Pulumi's Python host does not start."""
    found = shutil.which("uv")
    return [str(PROJECT / ".venv" / "bin"), str(Path(found).parent if found else cache.uv().parent)]


def main() -> int:
    """Append the folders to the file that GitHub reads them from; without one, print them."""
    file = os.environ.get("GITHUB_PATH", "")
    text = "".join(f"{folder}\n" for folder in folders())
    if not file:
        print(text, end="")
        return 0
    with Path(file).open("a") as path:
        path.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
