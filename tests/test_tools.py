"""Fetching PostgreSQL for the tests: only an archive with the pinned digest is used."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from offline.engine.cache import CACHE_VARIABLE
from tools import postgresql
from tools.postgresql import Unavailable, artifact, ensure_postgresql


def repository(folder: Path) -> bytes:
    """A repository with Maven's layout that holds an archive of one small program; returns the archive."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:xz") as files:
        member = tarfile.TarInfo("bin/postgres")
        member.size = 4
        files.addfile(member, io.BytesIO(b"here"))
    with zipfile.ZipFile(outer, "w") as jar:
        jar.writestr("postgres.txz", inner.getvalue())
    name = f"embedded-postgres-binaries-{artifact()}"
    target = folder / "io/zonky/test/postgres" / name / postgresql.VERSION / f"{name}-{postgresql.VERSION}.jar"
    target.parent.mkdir(parents=True)
    target.write_bytes(outer.getvalue())
    return outer.getvalue()


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache for every test."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_private_repository_is_used_once(tmp_path: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = repository(tmp_path / "repository")
    monkeypatch.setitem(postgresql.DIGESTS[postgresql.VERSION], artifact(), hashlib.sha256(content).hexdigest())
    monkeypatch.setenv(postgresql.REPOSITORY_VARIABLE, (tmp_path / "repository").as_uri() + "/")
    home = ensure_postgresql()
    assert home == cache_folder / f"postgresql-{postgresql.VERSION}"
    assert (home / "bin" / "postgres").read_bytes() == b"here"
    monkeypatch.setenv(postgresql.REPOSITORY_VARIABLE, "file:///nowhere")
    assert ensure_postgresql() == home
    assert [each for each in cache_folder.iterdir() if each.is_dir()] == [home]


def test_another_digest_is_refused(tmp_path: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path / "repository")
    monkeypatch.setenv(postgresql.REPOSITORY_VARIABLE, (tmp_path / "repository").as_uri())
    with pytest.raises(Unavailable, match="the archive has the digest"):
        ensure_postgresql()
    assert [each for each in cache_folder.iterdir() if each.is_dir()] == []


def test_an_unreachable_repository_and_an_unknown_machine_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(postgresql.REPOSITORY_VARIABLE, "file:///nowhere")
    with pytest.raises(Unavailable, match=r"could not be fetched:\n  _by_repository: "):
        ensure_postgresql()
    monkeypatch.setattr("platform.machine", lambda: "vax")
    with pytest.raises(Unavailable, match=r"no PostgreSQL for this machine; seen: \w+-vax; allowed: "):
        artifact()
