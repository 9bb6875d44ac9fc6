"""``python -m tools.install_uv``: fetch ``uv`` on a machine that has nothing but Python, and print where it is.

Three ways, the first that works: a virtual environment with pip; pip into a folder (where the distribution ships
Python without ``venv``); the wheel itself, unpacked (where it ships Python without pip). Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

from offline.engine import cache
from offline.engine.cache import UV_VERSION

INDEX = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/") + "/uv/"
LINK = re.compile(r'href="(?P<url>[^"#]+)#sha256=(?P<digest>[0-9a-f]{64})"[^>]*>(?P<file>[^<]+)</a>')
"""A link of the simple index (PEP 503)."""


def by_venv(folder: Path) -> Path:
    """pip of a private virtual environment."""
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True, stdout=subprocess.DEVNULL)
    pip = folder / "bin" / "python"
    subprocess.run([str(pip), "-m", "pip", "install", "--quiet", f"uv=={UV_VERSION}"], check=True)
    return folder / "bin" / "uv"


def by_pip(folder: Path) -> Path:
    """The machine's pip, into a private folder."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), f"uv=={UV_VERSION}"]
    subprocess.run(command, check=True)
    return folder / "bin" / "uv"


def by_wheel(folder: Path) -> Path:
    """The wheel for this platform, checked against the digest in the index and unpacked."""
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
        raise RuntimeError(f"{matching[0]['file']} does not have the digest that the index lists")
    archive = folder / "uv.whl"
    archive.write_bytes(content)
    with zipfile.ZipFile(archive) as wheel:
        wheel.extractall(folder)
    program = folder / f"uv-{UV_VERSION}.data" / "scripts" / "uv"
    program.chmod(0o755)
    return program


WAYS: tuple[Callable[[Path], Path], ...] = (by_venv, by_pip, by_wheel)


def ensure_uv() -> Path:
    """Return the program, fetching it first where it is missing. Raises ``RuntimeError`` that names each failed way.

    Several processes may fetch it at the same time: each replaces it in one step by the same file.
    """
    program = cache.uv()
    if program.exists():
        return program
    program.parent.mkdir(parents=True, exist_ok=True)
    failures: list[str] = []
    for way in WAYS:
        with tempfile.TemporaryDirectory(prefix=f".{way.__name__}-", dir=program.parent) as folder:
            try:
                way(Path(folder)).resolve().replace(program)
                return program
            except (OSError, subprocess.CalledProcessError, RuntimeError, KeyError) as error:
                failures.append(f"  {way.__name__}: {error}")
    raise RuntimeError("\n".join(failures))


def main() -> int:
    """Print the path of the program; on failure, why each way failed."""
    if not cache.uv().exists():
        print(f"fetching uv {UV_VERSION} ...", file=sys.stderr)
    try:
        print(ensure_uv())
    except RuntimeError as error:
        print("uv could not be fetched; install it (https://docs.astral.sh/uv/) and run again:", file=sys.stderr)
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
