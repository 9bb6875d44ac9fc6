"""Put ``uv`` on a machine that has nothing but Python: prints the path of the program.

Three ways, the first that works: a virtual environment with pip; pip into a folder (where the distribution ships
Python without ``venv``); the wheel itself, unpacked (where it ships Python without pip). Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

UV_VERSION = "0.13.8"
INDEX = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/uv/"
LINK = re.compile(r'href="(?P<url>[^"#]+)#sha256=(?P<digest>[0-9a-f]{64})"[^>]*>(?P<file>[^<]+)</a>')
"""A link of the simple index (PEP 503)."""


def by_venv(folder: Path) -> Path:
    """A private virtual environment and its pip."""
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True, stdout=subprocess.DEVNULL)
    pip = folder / "bin" / "python"
    subprocess.run([str(pip), "-m", "pip", "install", "--quiet", f"uv=={UV_VERSION}"], check=True)
    return folder / "bin" / "uv"


def by_pip(folder: Path) -> Path:
    """The machine's pip, into a folder of ours."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), f"uv=={UV_VERSION}"]
    subprocess.run(command, check=True)
    return folder / "bin" / "uv"


def by_wheel(folder: Path) -> Path:
    """The wheel for this platform from the index, checked against the index' own digest and unpacked."""
    machine = platform.machine().replace("arm64", "aarch64") if sys.platform != "darwin" else platform.machine()
    system = {"linux": "manylinux", "darwin": "macosx"}[sys.platform]
    with urllib.request.urlopen(INDEX, timeout=60) as answer:
        links = [each.groupdict() for each in LINK.finditer(answer.read().decode())]
    wheels = [each for each in links if each["file"].startswith(f"uv-{UV_VERSION}-")]
    matching = [each for each in wheels if each["file"].endswith(f"_{machine}.whl") and system in each["file"]]
    if not matching:
        raise RuntimeError(f"no wheel of uv {UV_VERSION} for {sys.platform} on {machine}")
    with urllib.request.urlopen(urllib.parse.urljoin(INDEX, matching[0]["url"]), timeout=300) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != matching[0]["digest"]:
        raise RuntimeError(f"{matching[0]['file']} does not have the digest that the index states")
    archive = folder / "uv.whl"
    archive.write_bytes(content)
    with zipfile.ZipFile(archive) as wheel:
        wheel.extractall(folder)
    program = folder / f"uv-{UV_VERSION}.data" / "scripts" / "uv"
    program.chmod(0o755)
    return program


WAYS: tuple[Callable[[Path], Path], ...] = (by_venv, by_pip, by_wheel)


def main(destination: Path) -> int:
    """Put ``uv`` at ``destination`` unless it is there already; each failed way is named when none works."""
    if destination.exists():
        return 0
    failures: list[str] = []
    for way in WAYS:
        folder = destination.parent / way.__name__
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            program = way(folder)
            staged = destination.with_name(f"uv.{os.getpid()}")
            staged.symlink_to(program.resolve())
            staged.replace(destination)
            return 0
        except (OSError, subprocess.CalledProcessError, RuntimeError, KeyError) as error:
            failures.append(f"  {way.__name__}: {error}")
    print("uv could not be installed; install it by hand (https://docs.astral.sh/uv/) and run again:", file=sys.stderr)
    print("\n".join(failures), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
