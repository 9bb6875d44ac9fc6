"""PostgreSQL's server programs for tests, fetched once per user from Maven Central (`io.zonky.test.postgres`).

Maven's own client downloads them if it is installed, so that its settings (mirrors, proxies) apply; otherwise plain
HTTP from a repository with Maven's layout. Either way the archive must have the digest pinned here.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from offline.engine import cache
from offline.engine.once import once

VERSION = "17.11.0"
GROUP = "io.zonky.test.postgres"
DIGESTS = {
    "linux-amd64": "0dd7b72b6f335b8ecfb355fa24c5781e8a93edd09880bb77eb52ebbf29b3e96d",
    "linux-arm64v8": "8b042e0ea418b1927d95399207950da0734d27fe01e29503ade3bdc464ad4c2b",
    "darwin-amd64": "d464ff178e9860ba204662ac23fa547504b7fd392392ff2fb92e3fd73b5bdb64",
    "darwin-arm64v8": "a1c2786acb0c398f9b2d76806fc52f5dc8b222cbc8e9383a9b9702084daaf3a5",
}
"""SHA-256 of the archive by platform."""

REPOSITORY_VARIABLE = "MYSTIRA_MAVEN_REPOSITORY"
REPOSITORY = "https://repo1.maven.org/maven2"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"


class Unavailable(RuntimeError):
    """The programs could not be fetched; the message lists what was tried."""


def ensure_postgresql() -> Path:
    """Return the folder with ``bin/initdb`` and ``bin/postgres``, fetching it first where it is missing.

    Safe to call from several processes. Raises :class:`Unavailable`.
    """
    home = cache.folder("postgresql", VERSION)
    return once(home, lambda scratch: _unpack(_archive(scratch), scratch / home.name))


def artifact() -> str:
    """The name of the archive for this machine."""
    system = {"linux": "linux", "darwin": "darwin"}.get(sys.platform, sys.platform)
    machine = {"x86_64": "amd64", "aarch64": "arm64v8", "arm64": "arm64v8"}.get(platform.machine(), platform.machine())
    if f"{system}-{machine}" not in DIGESTS:
        raise Unavailable(f"no PostgreSQL for this machine; seen: {system}-{machine}; allowed: {', '.join(DIGESTS)}")
    return f"{system}-{machine}"


def _archive(scratch: Path) -> Path:
    kind = artifact()
    failures: list[str] = []
    ways: tuple[Callable[[str, Path], Path], ...] = (_by_repository,)
    if REPOSITORY_VARIABLE not in os.environ and shutil.which("mvn"):
        ways = (_by_maven, _by_repository)
    for way in ways:
        try:
            archive = way(f"embedded-postgres-binaries-{kind}", scratch)
        except (OSError, subprocess.SubprocessError, urllib.error.URLError) as error:
            failures.append(f"  {way.__name__}: {error}")
            continue
        seen = hashlib.sha256(archive.read_bytes()).hexdigest()
        if seen == DIGESTS[kind]:
            return archive
        failures.append(f"  {way.__name__}: the archive has the digest {seen} instead of {DIGESTS[kind]}")
    raise Unavailable(f"PostgreSQL {VERSION} could not be fetched:\n" + "\n".join(failures))


def _by_maven(name: str, scratch: Path) -> Path:
    """Maven's client, with a temporary local repository."""
    command = [
        "mvn",
        "--batch-mode",
        "--quiet",
        f"-Dmaven.repo.local={scratch / 'maven'}",
        COPY,
        f"-Dartifact={GROUP}:{name}:{VERSION}:jar",
        f"-DoutputDirectory={scratch}",
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=scratch, timeout=600)
    return scratch / f"{name}-{VERSION}.jar"


def _by_repository(name: str, scratch: Path) -> Path:
    """A plain download from the repository that the variable names, Maven Central by default."""
    base = os.environ.get(REPOSITORY_VARIABLE, REPOSITORY).rstrip("/")
    url = f"{base}/{GROUP.replace('.', '/')}/{name}/{VERSION}/{name}-{VERSION}.jar"
    target = scratch / "plain.jar"
    with urllib.request.urlopen(url, timeout=300) as answer, target.open("wb") as file:
        shutil.copyfileobj(answer, file)
    return target


def _unpack(archive: Path, home: Path) -> None:
    """The jar contains one compressed tar with the programs."""
    with zipfile.ZipFile(archive) as jar:
        (inner,) = [each for each in jar.namelist() if each.endswith(".txz")]
        with jar.open(inner) as packed, tarfile.open(fileobj=packed, mode="r:xz") as files:
            files.extractall(home, filter="tar")


if __name__ == "__main__":
    print(ensure_postgresql())
