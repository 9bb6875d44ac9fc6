"""Terraform's state is retired, walked with Terraform itself and a blob store: all is forgotten, nothing goes.

Terraform comes with no package that this project installs, so its walk needs it on the `PATH`; whoever retires a state
has it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobClient, BlobLeaseClient, ContainerClient

from tests.harness.az import flags_of
from tests.harness.runbook import MOVES, Refusal, Shell, Unfinished, blocks, shell_for
from tools.blob_storage import KEY, running

PAGE = MOVES / "terraform.md"
TERRAFORM = shutil.which("terraform")
BLOB = "dev/terraform.tfstate"
NEEDED = pytest.mark.skipif(TERRAFORM is None, reason="no Terraform on the PATH")

VERSIONS = """
terraform {
  required_version = ">= 1.7"
}
"""
MAIN = """
data "terraform_remote_state" "other" {
  backend = "local"
  config  = { path = "${path.module}/other.tfstate" }
}

resource "terraform_data" "group" {
  input = "mys-dev-core-rg-san"
  lifecycle {
    prevent_destroy = true
  }
}

module "story_generator" {
  for_each = toset(["a.b", "c"])
  source   = "./modules/service"
  group    = terraform_data.group.output
}
"""
MODULE = """
variable "group" {
  type = string
}

resource "terraform_data" "vault" {
  count = 2
  input = "${var.group}-${count.index}"
}

module "inner" {
  source = "../inner"
}
"""
INNER = 'resource "terraform_data" "secret" {\n  for_each = { "one" = 1, "two.three" = 2 }\n  input = each.value\n}\n'
OTHER = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": []}
"""A configuration in the shapes of the estate's: modules, indexes, a data source, protection. What it makes needs no
provider but the one that Terraform brings."""


@dataclass
class Move:
    """An environment as Terraform made it, its state's blob, and what was asked of other programs."""

    root: Path
    blob: BlobClient
    shell: Shell
    asked: list[str] = field(default_factory=list)

    def terraform(self, *arguments: str) -> str:
        assert TERRAFORM
        done = subprocess.run(
            [TERRAFORM, f"-chdir={self.root}", *arguments], env={}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def addresses(self) -> list[str]:
        return self.terraform("state", "list").split()

    def begin(self) -> None:
        self.shell.walk("Before", STACK="dev", ROOT=str(self.root))

    def az(self, arguments: Sequence[str]) -> str:
        """What the Azure CLI does, by Microsoft's own client."""
        count = 4 if "lease" in arguments else 3
        words, flags = " ".join(arguments[:count]), flags_of(arguments[count:])
        name = flags.get("--blob-name") or flags.get("--name")
        assert (flags["--account-name"], flags["--container-name"], name) == ("myssharedtfstatesan", "tfstate", BLOB)
        assert flags["--auth-mode"] == "login"
        lease = BlobLeaseClient(self.blob)
        if words == "storage blob lease acquire":
            lease.acquire(int(flags["--lease-duration"]))
            return f"{lease.id}\n"
        if words == "storage blob lease break":
            return f"{lease.break_lease(int(flags['--lease-break-period']))}\n"
        assert (words, flags["--query"]) == ("storage blob show", "properties.lease.duration")
        return f"{self.blob.get_blob_properties().lease.duration}\n"

    def noted(self, arguments: Sequence[str]) -> str:
        """A program whose own tests are elsewhere."""
        self.asked.append(" ".join(arguments))
        if "adopt" in arguments and "terraform_data" not in (self.shell.folder / "work" / "before.tfstate").read_text():
            raise Refusal("the copy holds nothing")
        return ""


@pytest.fixture
def move(tmp_path: Path) -> Iterator[Move]:
    assert TERRAFORM
    root = tmp_path / "environments" / "dev"
    files = {
        "versions.tf": VERSIONS,
        "main.tf": MAIN,
        "modules/service/main.tf": MODULE,
        "modules/inner/main.tf": INNER,
    }
    for name, text in {**files, "other.tfstate": json.dumps(OTHER)}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    with running(tmp_path) as storage:
        container = ContainerClient(storage.url, "tfstate", credential=KEY)
        container.create_container()
        blob = container.get_blob_client(BLOB)
        blob.upload_blob(b"{}")
        made = Move(root, blob, Shell(PAGE, tmp_path))
        programs = {"terraform": Path(TERRAFORM), "az": made.az, "uv": made.noted, "pulumi": made.noted}
        with shell_for(PAGE, tmp_path / "shell", programs) as made.shell:
            made.terraform("init", "-input=false")
            made.terraform("apply", "-auto-approve", "-input=false")
            yield made


@NEEDED
def test_everything_is_forgotten_and_nobody_writes_the_state_again(move: Move) -> None:
    before = move.addresses()
    assert len(before) == 10
    move.begin()
    printed = move.shell.walk("Steps", 1, 2, 3)
    assert "0 added, 0 changed, 0 destroyed" in printed
    move.shell.walk("Steps", 4)
    assert move.addresses() == []
    move.shell.walk("Steps", 5)
    move.shell.walk("How to see that it worked")
    assert move.asked == [
        "run mystira adopt dev --from before.tfstate --dry-run",
        "preview -s dev --expect-no-changes",
    ]
    with pytest.raises(HttpResponseError, match="lease"):
        move.blob.upload_blob(b"another", overwrite=True)
    assert move.blob.download_blob().readall() == b"{}"

    move.shell.walk("Way back")
    assert move.addresses() == before
    move.terraform("plan", "-input=false", "-detailed-exitcode")
    move.blob.upload_blob(b"another", overwrite=True)


@NEEDED
def test_a_plan_that_would_delete_stops(move: Move) -> None:
    """Somebody took the resource out, and wrote no block for it."""
    move.begin()
    move.shell.walk("Steps", 1, 2)
    file = move.root / "removed.tf"
    file.write_text(file.read_text().partition("removed {\n  from = terraform_data.group")[0])
    before = move.addresses()
    with pytest.raises(Unfinished):
        move.shell.walk("Steps", 3)
    assert move.addresses() == before


def test_a_block_never_destroys() -> None:
    (template,) = [line for line in blocks(PAGE, "Steps")[1].splitlines() if "removed {" in line]
    assert "destroy = false" in template
