"""Whoever makes this platform their own edits settings and catalogue and accepts what follows; no test changes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from offline.engine.home import PROJECT
from stacks.settings.loading import stacks_in
from tests.harness.committed import COMMITTED, GOLDEN
from tests.harness.fresh import python
from tests.harness.pages import PAGES, apply
from tests.harness.settings import edit

THEIR_OWN = (
    "tests/pages/test_pictures.py",
    "tests/pages/test_settings_schema.py::test_it_is_the_same_however_python_orders_sets",
)
"""What of the tests of the committed settings has the tests' own, or none, nevertheless."""

ACCEPT_AND_TEST = """
import sys
import pytest
from tools import accept
sys.exit(accept.main(["--pages"]) or pytest.main({arguments}))
"""
"""Both in one process, which imports the project and makes its plans once."""

NOT_COPIED = (".git", ".venv", ".offline", ".*_cache")
"""Bytecode is copied: nothing that stays as it is need be compiled again."""

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
SUBSCRIPTION = "8f7d1c2e-4b0a-4c55-9a53-6b1d1f0f6a1{last}"

SERVICE = """
        Service(
            key="proof",
            project=Project("proof", "prf", "prf"),
            group="app",
            workload=Workload(HostKind.AKS, _DOTNET_PORTS),
            needs=(Telemetry(), Vault(), Cache(), Messages(sends=("proof-jobs",), receives=("proof-jobs",))),
        ),
    ),
    queues=QUEUES,
"""


def replaced(file: Path, pattern: str, new: str) -> None:
    """Replace what matches once."""
    text, count = re.subn(pattern, new, file.read_text(), flags=re.MULTILINE)
    assert count == 1, (file.name, pattern, count)
    file.write_text(text)


def with_real_ids(tree: Path) -> None:
    for number, stack in enumerate(stacks_in(tree)):
        subscription = SUBSCRIPTION.format(last=number)
        ids = {"azure.tenant_id": TENANT, "azure.subscription_id": subscription, "naming.instance": "c3"}
        edit(tree, stack, ids)


def with_more_in_dev(tree: Path) -> None:
    edit(tree, "dev", {"redis.sku": "Balanced_B3", "aks.pools.services.maximum": 6})
    for stack in ("dev", "staging", "prod"):
        edit(tree, stack, {"services.proof": {"rollout": "off", "replicas": {"minimum": 1, "maximum": 2}}})
    records = tree / "stacks" / "catalogue" / "records.py"
    replaced(records, r"^QUEUES = \(\n", 'QUEUES = (\n    "proof-jobs",\n')
    replaced(records, r"\n    \),\n    queues=QUEUES,\n", SERVICE)


def test_settings_of_ones_own_need_no_other_test(tmp_path: Path) -> None:
    tree = tmp_path / "project"
    shutil.copytree(PROJECT, tree, ignore=shutil.ignore_patterns(*NOT_COPIED))
    with_real_ids(tree)
    with_more_in_dev(tree)
    golden = (tree / "tests/golden/dev.txt").read_text()
    # What accept does with golden files, among the tests that need the same plans composed.
    options = ("-q", "-p", "no:cacheprovider", "-m", "not engine", "--snapshot-update")
    arguments = [*options, *(f"--deselect={each}" for each in THEIR_OWN), GOLDEN, *COMMITTED]
    done = python(tree, "-c", ACCEPT_AND_TEST.format(arguments=arguments))
    assert done.returncode == 0, done.stdout[-5000:]
    assert (tree / "tests/golden/dev.txt").read_text() != golden
    for page in PAGES:
        apply(page, tree)
