"""Where a cluster's servers keep things: a folder for each cluster inside the world."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from offline.engine.home import Home

CLUSTER_FILE = "cluster.json"
STORE = "store"

LOCALHOST = "127.0.0.1"

AUTHORITY, SERVER, ADMIN, CONTROLLERS, ACCOUNTS = "ca", "server", "admin", "controllers", "accounts"
"""The pairs of a cluster: ``<name>.crt`` and ``<name>.key``; :data:`ACCOUNTS` is a key alone."""


@dataclass(frozen=True)
class Place:
    """The folder of one cluster."""

    root: Path

    @classmethod
    def of(cls, home: Home, id: str) -> Place:
        """The folder of the cluster with this resource id."""
        digest = hashlib.sha256(id.lower().encode()).hexdigest()[:12]
        return cls(home.clusters / f"{id.rpartition('/')[2].lower()}-{digest}")

    @property
    def store(self) -> Path:
        """What outlives a run and is copied with the world: data and certificates."""
        return self.root / STORE

    @property
    def data(self) -> Path:
        """The folder of etcd."""
        return self.store / "etcd"

    @property
    def certificates(self) -> Path:
        """The folder of :mod:`offline.kubernetes.servers.certificates`."""
        return self.store / "certificates"

    @property
    def run(self) -> Path:
        """What a run leaves: logs, and who keeps and who holds the servers."""
        return self.root / "run"

    @property
    def state(self) -> Path:
        """The file that says which processes serve the cluster, there from when they are ready."""
        return self.run / "servers.json"

    @property
    def holders(self) -> Path:
        """The folder with a file for each process that needs the servers."""
        return self.run / "holders"

    def pair(self, name: str) -> tuple[Path, Path]:
        """A certificate and its key."""
        return self.certificates / f"{name}.crt", self.certificates / f"{name}.key"

    def lock(self) -> FileLock:
        """Taken by who starts or ends the servers."""
        self.root.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(self.root.with_name(f".{self.root.name}.lock"))

    def cluster(self) -> str:
        """The resource id of the cluster; empty for a folder without one."""
        try:
            return str(json.loads((self.root / CLUSTER_FILE).read_text())["id"])
        except (OSError, ValueError, KeyError):
            return ""

    def note(self, id: str) -> None:
        """Say whose folder it is."""
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / CLUSTER_FILE).write_text(json.dumps({"id": id}))


def places(home: Home) -> Iterator[Place]:
    """The folders of all clusters of a world."""
    if home.clusters.is_dir():
        yield from (Place(each) for each in sorted(home.clusters.iterdir()) if each.is_dir())
