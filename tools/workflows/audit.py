"""``python -m tools.workflows.audit``: what is known of vulnerabilities in every package of uv.lock.

pip-audit asks PyPI's own advisories. It comes from the group `audit` of the lock file, into an environment of its own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from offline.engine import cache

PROJECT = Path(__file__).resolve().parents[2]


def commands(uv: str, folder: Path) -> list[list[str]]:
    """The packages with their hashes, and the audit of exactly these."""
    listed = folder / "requirements.txt"
    export = [uv, "export", "--frozen", "--all-groups", "--no-emit-project", "--quiet", "--output-file", str(listed)]
    run = [uv, "run", "--isolated", "--frozen", "--only-group", "audit"]
    audit = ["pip-audit", "--strict", "--require-hashes", "--disable-pip", "--requirement", str(listed)]
    return [export, [*run, *audit]]


def main() -> int:
    """Run both; the exit code is that of the first that fails."""
    uv = shutil.which("uv") or str(cache.uv())
    with tempfile.TemporaryDirectory() as folder:
        for command in commands(uv, Path(folder)):
            code = subprocess.run(command, cwd=PROJECT, check=False).returncode
            if code:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
