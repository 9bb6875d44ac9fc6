"""The servers' programs: copied from the machine, downloaded, or built once per user, in this order.

The modules of ``tools/kubernetes`` and ``tools/etcd`` pin the versions.
"""

from __future__ import annotations

import platform
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from components.problems import MystiraError
from offline.engine import cache
from offline.engine.build import Say, Source, build_programs
from offline.engine.home import PROJECT
from offline.engine.once import once

REACHABLE_SECONDS = 3.0
DOWNLOAD = (sys.executable, "-P", "-m", "offline.kubernetes.servers.downloads")
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_VERSION_PACKAGES = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")


class ServersUnavailable(MystiraError):
    """A server's program could be neither found, nor downloaded, nor built."""


@dataclass(frozen=True)
class Release:
    """Programs of one project and version."""

    tool: str
    """The folder of its module below ``tools``, and its name in the user's cache."""
    version: str
    source: Source
    site: str
    """The official site, asked first whether it answers (:mod:`offline.kubernetes.servers.downloads`)."""

    def folder(self) -> Path:
        """Where the programs are once they are there."""
        return cache.folder(self.tool, self.version)


def pinned(tool: str, module: str) -> str:
    """The version of a module that ``tools/<tool>/go.mod`` pins."""
    text = (PROJECT / "tools" / tool / "go.mod").read_text()
    (found,) = re.findall(rf"^\s*(?:require )?{re.escape(module)} v([\d.]+)", text, re.MULTILINE)
    return found


def _versioned(version: str) -> Mapping[str, str]:
    """What Kubernetes' own build tells the linker (kubernetes: hack/lib/version.sh)."""
    major, minor, _ = version.split(".")
    values = {"gitVersion": f"v{version}", "gitMajor": major, "gitMinor": minor}
    return {f"{package}.{name}": value for package in _VERSION_PACKAGES for name, value in values.items()}


KUBERNETES_VERSION = pinned("kubernetes", "k8s.io/kubernetes")
ETCD_VERSION = pinned("etcd", "go.etcd.io/etcd/server/v3")

API_SERVER, CONTROLLER_MANAGER, ETCD = "kube-apiserver", "kube-controller-manager", "etcd"

RELEASES = (
    Release(
        "etcd",
        ETCD_VERSION,
        Source(
            f"etcd v{ETCD_VERSION}",
            PROJECT / "tools" / "etcd",
            {ETCD: "go.etcd.io/etcd/server/v3"},
            "one minute",
        ),
        "github.com",
    ),
    Release(
        "kubernetes",
        KUBERNETES_VERSION,
        Source(
            f"Kubernetes v{KUBERNETES_VERSION}",
            PROJECT / "tools" / "kubernetes",
            {name: f"k8s.io/kubernetes/cmd/{name}" for name in (API_SERVER, CONTROLLER_MANAGER)},
            "six to eight minutes",
            _versioned(KUBERNETES_VERSION),
        ),
        "dl.k8s.io",
    ),
)


def program(name: str) -> Path:
    """Where a server's program is once it has been fetched."""
    return next(each.folder() / name for each in RELEASES if name in each.source.programs)


def ensure_servers(say: Say) -> None:
    """Provide all programs; quick when they exist. Safe to call from several processes.

    Raises :class:`ServersUnavailable`.
    """
    for release in RELEASES:
        once(
            release.folder(),
            lambda scratch, release=release: _provide(release, scratch / release.folder().name, say),
            waiting=lambda release=release: say(f"waiting for another process that prepares {release.source.title}"),
        )


def _provide(release: Release, folder: Path, say: Say) -> None:
    failures: list[str] = []
    for way in (_from_machine, _from_site, _from_source):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            way(release, folder, say)
            for name in release.source.programs:
                (folder / name).chmod(0o755)
            return
        except (OSError, subprocess.SubprocessError, RuntimeError, MystiraError) as error:
            failures.append(str(error))
    raise ServersUnavailable(f"no {release.source.title}: " + "; ".join(failures))


def _from_machine(release: Release, folder: Path, say: Say) -> None:
    for name in release.source.programs:
        found = shutil.which(name)
        if not found:
            raise FileNotFoundError(f"no {name} on PATH")
        asked = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=60, check=True)
        seen = asked.stdout.splitlines()[0].rpartition(" ")[2].removeprefix("v") if asked.stdout else ""
        if seen != release.version:
            raise RuntimeError(f"{found} is {seen or 'of no version'}, wanted is {release.version}")
        say(f"{release.source.title}: copying {found}")
        shutil.copy2(Path(found).resolve(), folder / name)


def _from_site(release: Release, folder: Path, say: Say) -> None:
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        raise RuntimeError(f"no official programs for {sys.platform} on {platform.machine()}")
    try:
        socket.create_connection((release.site, 443), timeout=REACHABLE_SECONDS).close()
    except OSError as error:
        raise RuntimeError(f"{release.site} cannot be reached ({error})") from error
    say(f"{release.source.title}: downloading from {release.site}")
    for name in release.source.programs:
        command = [*DOWNLOAD, release.tool, str(folder / name), release.version, machine]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{release.site}: {done.stderr.strip().rpartition(chr(10))[2]}")


def _from_source(release: Release, folder: Path, say: Say) -> None:
    built = cache.folder(f"{release.tool}-build", release.version)
    build_programs(built, release.source, say)
    for name in release.source.programs:
        shutil.move(built / name, folder / name)
    built.rmdir()
