"""``python -m offline.kubernetes.servers.downloads <tool> <program> <version> <machine>``: one official program.

Sources: Kubernetes: Download Kubernetes (server binaries for Linux, a ``.sha256`` beside each); etcd: releases (one
archive a machine, ``SHA256SUMS`` beside them).
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tarfile
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

SECONDS = 600.0
PART_BYTES = 1 << 20


class WrongDigest(RuntimeError):
    """What was downloaded is not what its publisher lists."""


def kubernetes(program: Path, version: str, machine: str) -> None:
    url = f"https://dl.k8s.io/release/v{version}/bin/linux/{machine}/{program.name}"
    _fetch(url, program, _text(f"{url}.sha256").split()[0])


def etcd(program: Path, version: str, machine: str) -> None:
    base = f"https://github.com/etcd-io/etcd/releases/download/v{version}"
    name = f"etcd-v{version}-linux-{machine}"
    digests = {file: digest for digest, file in (line.split() for line in _text(f"{base}/SHA256SUMS").splitlines())}
    archive = program.with_name("archive.tar.gz")
    _fetch(f"{base}/{name}.tar.gz", archive, digests[f"{name}.tar.gz"])
    with tarfile.open(archive) as files, program.open("wb") as target:
        inner = files.extractfile(f"{name}/{program.name}")
        assert inner is not None
        shutil.copyfileobj(inner, target)
    archive.unlink()


def _text(url: str) -> str:
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:
        return answer.read().decode()


def _fetch(url: str, target: Path, digest: str) -> None:
    seen = hashlib.sha256()
    with urllib.request.urlopen(url, timeout=SECONDS) as answer, target.open("wb") as file:
        while part := answer.read(PART_BYTES):
            seen.update(part)
            file.write(part)
    if seen.hexdigest() != digest:
        raise WrongDigest(f"{url} has the digest {seen.hexdigest()} instead of {digest}")


DOWNLOADS: Mapping[str, Callable[[Path, str, str], None]] = {"kubernetes": kubernetes, "etcd": etcd}
"""By the name of a release: how one program of a version comes to a path, for a machine such as ``amd64``."""


if __name__ == "__main__":
    DOWNLOADS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
