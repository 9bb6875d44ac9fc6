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
OLD = "15.19.0"
"""What the estate's servers run (estate-core 4.1)."""
DIGESTS = {
    VERSION: {
        "linux-amd64": "0dd7b72b6f335b8ecfb355fa24c5781e8a93edd09880bb77eb52ebbf29b3e96d",
        "linux-arm64v8": "8b042e0ea418b1927d95399207950da0734d27fe01e29503ade3bdc464ad4c2b",
        "darwin-amd64": "d464ff178e9860ba204662ac23fa547504b7fd392392ff2fb92e3fd73b5bdb64",
        "darwin-arm64v8": "a1c2786acb0c398f9b2d76806fc52f5dc8b222cbc8e9383a9b9702084daaf3a5",
    },
    OLD: {
        "linux-amd64": "95f0b66fe72d4ca66c815773c44cb1196ea38552463e89a35f18114b3ed1565f",
        "linux-arm64v8": "95baf4bd4af31b91b3050118df59388ed0064756b556b850669e0300aa7b9911",
        "darwin-amd64": "11d0a55e26f4c74c6ea6c72c5e4e6ac959b29a06cc6da5e5ac8162f9fd9f8055",
        "darwin-arm64v8": "9bfc44d3f50298bb14fa125da4b67a36f382f8134ab2fc95349b72bcd5ec4e87",
    },
}
"""SHA-256 of the archive by version and platform."""

REPOSITORY_VARIABLE = "MYSTIRA_MAVEN_REPOSITORY"
REPOSITORY = "https://repo1.maven.org/maven2"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"


class Unavailable(RuntimeError):
    """The programs could not be fetched; the message lists what was tried."""


def ensure_postgresql(version: str = VERSION) -> Path:
    """Return the folder with ``bin/initdb`` and ``bin/postgres``, fetching it first where it is missing.

    Safe to call from several processes. Raises :class:`Unavailable`.
    """
    home = cache.folder("postgresql", version)
    return once(home, lambda scratch: _unpack(_archive(scratch, version), scratch / home.name))


def artifact() -> str:
    """The name of the archive for this machine."""
    system = {"linux": "linux", "darwin": "darwin"}.get(sys.platform, sys.platform)
    machine = {"x86_64": "amd64", "aarch64": "arm64v8", "arm64": "arm64v8"}.get(platform.machine(), platform.machine())
    if f"{system}-{machine}" not in DIGESTS[VERSION]:
        known = ", ".join(DIGESTS[VERSION])
        raise Unavailable(f"no PostgreSQL for this machine; seen: {system}-{machine}; allowed: {known}")
    return f"{system}-{machine}"


def _archive(scratch: Path, version: str) -> Path:
    kind = artifact()
    failures: list[str] = []
    ways: tuple[Callable[[str, str, Path], Path], ...] = (_by_repository,)
    if REPOSITORY_VARIABLE not in os.environ and shutil.which("mvn"):
        ways = (_by_maven, _by_repository)
    for way in ways:
        try:
            archive = way(f"embedded-postgres-binaries-{kind}", version, scratch)
        except (OSError, subprocess.SubprocessError, urllib.error.URLError) as error:
            failures.append(f"  {way.__name__}: {error}")
            continue
        seen = hashlib.sha256(archive.read_bytes()).hexdigest()
        if seen == (wanted := DIGESTS[version][kind]):
            return archive
        failures.append(f"  {way.__name__}: the archive has the digest {seen} instead of {wanted}")
    raise Unavailable(f"PostgreSQL {version} could not be fetched:\n" + "\n".join(failures))


def _by_maven(name: str, version: str, scratch: Path) -> Path:
    """Maven's client, with a temporary local repository."""
    command = [
        "mvn",
        "--batch-mode",
        "--quiet",
        f"-Dmaven.repo.local={scratch / 'maven'}",
        COPY,
        f"-Dartifact={GROUP}:{name}:{version}:jar",
        f"-DoutputDirectory={scratch}",
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=scratch, timeout=600)
    return scratch / f"{name}-{version}.jar"


def _by_repository(name: str, version: str, scratch: Path) -> Path:
    """A plain download from the repository that the variable names, Maven Central by default."""
    base = os.environ.get(REPOSITORY_VARIABLE, REPOSITORY).rstrip("/")
    url = f"{base}/{GROUP.replace('.', '/')}/{name}/{version}/{name}-{version}.jar"
    target = scratch / "plain.jar"
    with urllib.request.urlopen(url, timeout=300) as answer, target.open("wb") as file:
        shutil.copyfileobj(answer, file)
    return target


def _unpack(archive: Path, home: Path) -> None:
    """The jar contains one compressed tar with the programs."""
    with zipfile.ZipFile(archive) as jar:
        (inner,) = [each for each in jar.namelist() if each.endswith(".txz")]
        with jar.open(inner) as packed, tarfile.open(fileobj=packed, mode="r:xz") as files:
            # Python before 3.11.4 knows no filter.
            files.extraction_filter = getattr(tarfile, "tar_filter", lambda member, _: member)
            files.extractall(home)


if __name__ == "__main__":
    print(ensure_postgresql())
