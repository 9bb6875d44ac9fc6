"""A platform of one's own: a copy of the tree with other ids, a size, a queue and a service more.

``python -m tests.harness.reuse FOLDER`` makes one; `make reuse` accepts there what follows and runs every test.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

from offline.engine.home import PROJECT
from stacks.adopt.write import change, written
from stacks.settings.loading import file_name, stacks_in
from tests.harness.settings import place_of

NOT_COPIED = (".git", ".venv", ".offline", ".measured", ".*_cache")
"""Bytecode is copied: nothing that stays as it is need be compiled again."""

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
SUBSCRIPTION = "8f7d1c2e-4b0a-4c55-9a53-6b1d1f0f6a1{last}"

SERVICE = """
        Service(
            key="{key}",
            project=Project("{key}", "{code}", "{code}"),
            group="app",
            workload=Workload(HostKind.AKS, _DOTNET_PORTS),
            needs=(Telemetry(), Vault(), Cache(), Messages(sends=("{key}-jobs",), receives=("{key}-jobs",))),
        ),
    ),
    queues=QUEUES,
"""
CODES = {"proof": "prf", "trial": "trl"}
"""Services that may be made, with their codes: the second one where there is the first, as in a copy of a copy."""


def fork(tree: Path) -> None:
    """Copy the project to ``tree`` and make it somebody's own there."""
    shutil.copytree(PROJECT, tree, ignore=shutil.ignore_patterns(*NOT_COPIED))
    _with_real_ids(tree)
    _with_more(tree)


def _with_real_ids(tree: Path) -> None:
    for number, stack in enumerate(stacks_in(tree)):
        subscription = SUBSCRIPTION.format(last=number)
        _set(tree, stack, {"azure.tenant_id": TENANT, "azure.subscription_id": subscription, "naming.instance": "c3"})


def _with_more(tree: Path) -> None:
    records = tree / "stacks" / "catalogue" / "records.py"
    key, code = next(each for each in CODES.items() if f'key="{each[0]}"' not in records.read_text())
    _set(tree, "dev", {"redis.sku": "Balanced_B3", "aks.pools.services.maximum": 6})
    for stack in ("dev", "staging", "prod"):
        _set(tree, stack, {f"services.{key}": {"rollout": "off", "replicas": {"minimum": 1, "maximum": 2}}})
    _replace(records, r"^QUEUES = \(\n", f'QUEUES = (\n    "{key}-jobs",\n')
    _replace(records, r"\n    \),\n    queues=QUEUES,\n", SERVICE.format(key=key, code=code))


def _set(tree: Path, stack: str, changes: Mapping[str, Any]) -> None:
    """Change settings as a person does: comments and form stay."""

    def put(config: MutableMapping[str, Any]) -> None:
        for path, value in changes.items():
            target, last = place_of(config, path)
            target[last] = written(value)

    change(tree / file_name(stack), put)


def _replace(file: Path, pattern: str, new: str) -> None:
    """Replace what matches once."""
    text, count = re.subn(pattern, new, file.read_text(), flags=re.MULTILINE)
    assert count == 1, (file.name, pattern, count)
    file.write_text(text)


if __name__ == "__main__":
    made = Path(sys.argv[1])
    shutil.rmtree(made, ignore_errors=True)
    fork(made)
    # Some tests and checks ask git which files there are.
    for line in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *line], cwd=made, check=True)
