"""`mystira promote`: one line of one settings file changes, or nothing does."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacks.plan.load import PROJECT
from tests.harness.settings import edit
from tests.mystira.conftest import Run

DIGEST = "sha256:" + "ab" * 32


def test_the_digest_of_one_environment_becomes_that_of_the_next(folder: Path, run: Run) -> None:
    edit(folder, "dev", {"services.chain.image_digest": DIGEST})
    before = (folder / "Pulumi.staging.yaml").read_text().splitlines()
    done = run("promote", "chain", "--from", "dev", "--to", "staging", "--folder", folder)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"Pulumi.staging.yaml: mystira:services.chain.image_digest: {DIGEST}\n"
    after = (folder / "Pulumi.staging.yaml").read_text().splitlines()
    assert [line.strip() for line in after if DIGEST in line] == [f"image_digest: {DIGEST}"]
    assert run("check", "staging", "--folder", folder).code == 0
    assert run("promote", "chain", "--from", "staging", "--to", "prod", "--folder", folder).code == 0
    assert len(before) <= len(after)


def test_comments_and_order_of_a_committed_file_stay(tmp_path: Path, run: Run) -> None:
    for file in PROJECT.glob("Pulumi.*.yaml"):
        (tmp_path / file.name).write_text(file.read_text())
    edit(tmp_path, "dev", {"services.publisher.image_digest": DIGEST})
    before = (tmp_path / "Pulumi.staging.yaml").read_text().splitlines()
    assert run("promote", "publisher", "--from", "dev", "--to", "staging", "--folder", tmp_path).code == 0
    after = (tmp_path / "Pulumi.staging.yaml").read_text().splitlines()
    comments = [line for line in before if line.lstrip().startswith("#")]
    assert [line for line in after if line.lstrip().startswith("#")] == comments
    assert len([line for line in before if line not in after]) <= 1
    assert len([line for line in after if line not in before]) <= 3


@pytest.mark.parametrize(
    ("service", "source", "target", "what"),
    [
        ("chain", "dev", "prod", "an image goes from one environment to the next"),
        ("chain", "prod", "staging", "an image goes from one environment to the next"),
        ("chain", "shared", "dev", "an image goes from one environment to the next"),
        ("nothing", "dev", "staging", "no such service"),
        ("chain", "dev", "staging", "no image is pinned there"),
        ("chain", "dev", "qa", "no such stack"),
    ],
)
def test_what_cannot_be_promoted_is_one_error(
    service: str, source: str, target: str, what: str, folder: Path, run: Run
) -> None:
    before = {file.name: file.read_text() for file in folder.glob("Pulumi.*.yaml")}
    done = run("promote", service, "--from", source, "--to", target, "--folder", folder)
    assert done.code == 1
    assert len(done.err.splitlines()) == 1
    assert what in done.err
    assert {file.name: file.read_text() for file in folder.glob("Pulumi.*.yaml")} == before


def test_settings_that_have_a_problem_stay_as_they_were(folder: Path, run: Run) -> None:
    edit(folder, "dev", {"services.chain.image_digest": DIGEST})
    edit(folder, "staging", {"redis.sku": "nothing"})
    before = (folder / "Pulumi.staging.yaml").read_text()
    assert run("promote", "chain", "--from", "dev", "--to", "staging", "--folder", folder).code == 1
    assert (folder / "Pulumi.staging.yaml").read_text() == before
