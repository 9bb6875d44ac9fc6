"""``python -m tools.scan_manifests FOLDER``: kube-score's and checkov's checks of the objects below a folder, as
``mystira render`` prints them: one YAML file a stack."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.go_tools import KUBE_SCORE
from tools.python_tools import CHECKOV, Unavailable
from tools.scan_templates import PROGRAM, Result

VERSION = "v1.36"
"""The version of Kubernetes in all environments."""

PASSED = 10
"""kube-score's best grade (github.com/zegl/kube-score: scorecard/scorecard.go, GradeAllOK)."""
FOUND = 1
"""Its exit code where anything is critical (the same: cmd/kube-score/main.go)."""


@dataclass(frozen=True)
class Looked:
    """What a scanner found in a folder. The type of a result is the kind of its object, its name ``namespace/name``."""

    failed: frozenset[Result]
    passed: frozenset[Result]


def score(folder: Path) -> Looked:
    """kube-score's default checks. Raises ``Unavailable``."""
    files = sorted(each.name for each in folder.glob("*.yaml"))
    command = [str(KUBE_SCORE.program()), "score", "--output-format", "json", "--kubernetes-version", VERSION]
    rows: list[tuple[bool, Result]] = []
    for file in files:
        # One cluster at a time: it looks for the objects that an object names.
        done = subprocess.run([*command, file], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode not in (0, FOUND) or not done.stdout:
            raise Unavailable(f"kube-score {KUBE_SCORE.version} failed: {done.stderr.strip()}")
        rows.extend(_scores(file, json.loads(done.stdout)))
    return _looked(rows)


def _scores(file: str, found: list[dict[str, Any]]) -> list[tuple[bool, Result]]:
    return [
        (check["grade"] >= PASSED, Result(check["check"]["id"], file, kind, name))
        for each in found
        for kind, name in [(each["type_meta"]["kind"], _name(each["object_meta"]))]
        for check in each["checks"]
        if not check["skipped"]
    ]


def _name(described: dict[str, Any]) -> str:
    return "/".join(each for each in (described.get("namespace", ""), described["name"]) if each)


def check(folder: Path) -> Looked:
    """checkov's checks of Kubernetes' objects. Raises ``Unavailable``, also for a file that it cannot read."""
    found = json.loads(CHECKOV.run(str(PROGRAM), "kubernetes", str(folder)))
    if found["unreadable"]:
        raise Unavailable(f"checkov {CHECKOV.version} cannot read {', '.join(found['unreadable'])}")
    return _looked(
        [(passed, _result(row)) for passed in (True, False) for row in found["passed" if passed else "failed"]]
    )


def _result(row: list[str]) -> Result:
    """A row of checkov with its resource as ``Deployment.mys-dev.mys-app``; ``default`` is for no namespace."""
    check, file, resource = row
    kind, place, name = resource.split(".", 2)
    return Result(check, file, kind, f"{place}/{name}")


def _looked(rows: list[tuple[bool, Result]]) -> Looked:
    """A check that looks at every container of an object fails where it fails for one."""
    failed = frozenset(row for passed, row in rows if not passed)
    return Looked(failed, frozenset(row for passed, row in rows if passed) - failed)


def main() -> int:
    """Print what failed; exit code 1 where anything did."""
    folder = Path(sys.argv[1])
    failed = score(folder).failed | check(folder).failed
    for each in sorted(failed):
        print(f"{each.check}: {each.file}: {each.type} {each.name}")
    print(f"{len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
