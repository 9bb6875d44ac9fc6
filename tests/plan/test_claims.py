"""A name in the public zone belongs to one stack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.problems import InvalidInput
from stacks.plan.claims import READ, claim_problems
from stacks.plan.load import PROJECT
from tests.harness.settings import context, edit, plan

WHAT = "the name in the zone is somebody else's already"


def refused(folder: Path, stack: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        plan(stack, folder)
    assert {each.what for each in caught.value.problems} == {WHAT}
    assert (PROJECT / READ).is_file()
    return [(each.path, each.seen) for each in caught.value.problems]


@pytest.mark.parametrize(
    ("label", "seen"),
    [
        ("api", "api: Pulumi.prod.yaml: mystira:edge, the host of app/api"),
        ("staging.docs", "staging.docs: Pulumi.staging.yaml: mystira:edge, the host of devhub/docs"),
        ("mail", "mail: Pulumi.shared.yaml: mystira:mail.domain"),
        ("dev.chain-k8s", "dev.chain-k8s: Pulumi.dev.yaml: mystira:ingress.certificates"),
        ("acme.prod", "acme.prod: Pulumi.prod.yaml: mystira:ingress.certificates"),
        ("dev.api", "dev.api: Pulumi.dev.yaml: mystira:edge, the host of app/api"),
    ],
)
def test_a_redirect_takes_no_name_of_anybody_else(folder: Path, label: str, seen: str) -> None:
    edit(folder, "dev", {"edge.redirects": {label: "app"}})
    assert refused(folder, "dev") == [(f"Pulumi.dev.yaml: mystira:edge.redirects.{label}", seen)]


def test_two_stacks_cannot_redirect_one_name(folder: Path) -> None:
    for stack in ("dev", "staging"):
        edit(folder, stack, {"edge.redirects": {"try": "app"}})
    for stack, other in (("dev", "staging"), ("staging", "dev")):
        (found,) = refused(folder, stack)
        assert found == (
            f"Pulumi.{stack}.yaml: mystira:edge.redirects.try",
            f"try: Pulumi.{other}.yaml: mystira:edge.redirects.try",
        )
    assert plan("prod", folder)


@pytest.mark.parametrize(
    "there",
    [
        {"edge.enabled": False},
        {"edge.prepared": ["api"]},
        {"services.app.public": False},
        {"domain.environment_label_in_prod": True},
    ],
    ids=lambda each: next(iter(each)),
)
def test_what_the_other_stack_does_not_serve_is_free(folder: Path, there: dict[str, Any]) -> None:
    edit(folder, "prod", there)
    edit(folder, "dev", {"edge.redirects": {"api": "app"}})
    assert plan("dev", folder)


def test_one_of_two_stacks_of_an_environment_serves_its_hosts(folder: Path) -> None:
    text = (folder / "Pulumi.prod.yaml").read_text()
    (folder / "Pulumi.prod-weu.yaml").write_text(text)
    edit(folder, "prod-weu", {"environment": "prod"})
    found = {(each.path, each.seen) for each in claim_problems(context("prod", folder))}
    ours, theirs = (f"Pulumi.{stack}.yaml: mystira:edge, the host of app/api" for stack in ("prod", "prod-weu"))
    assert (ours, f"api: {theirs}") in found
    edit(folder, "prod-weu", {"edge.enabled": False})
    assert not list(claim_problems(context("prod", folder)))


def test_without_an_edge_nothing_is_claimed(folder: Path) -> None:
    edit(folder, "dev", {"edge.redirects": {"api": "app"}})
    assert refused(folder, "dev")
    edit(folder, "dev", {"edge.enabled": False})
    with pytest.raises(InvalidInput) as caught:
        plan("dev", folder)
    # Nothing answers any more: no file has to close anything, no firewall to refuse.
    assert {each.path.rpartition(".")[2] for each in caught.value.problems} == {"static-site-gate", "waf-prevention"}
