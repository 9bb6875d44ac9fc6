"""The answers to the findings of scanners: each finding has one, and each is still needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.scan_templates import Result
from tools.verdicts import Verdict, objections, verdicts

VAULT = "Microsoft.KeyVault/vaults"
FOUND = Result("CKV_AZURE_110", "dev/core.json", VAULT, "mys-dev-app-kv-san")
RULE = Verdict(checks=("CKV_AZURE_110",), type=VAULT, rule="vault-purge-protection")
REFUTED = Verdict(checks=("CKV_AZURE_110",), type=f"{VAULT}*", names="*-app-*", stacks=("dev",), refuted="wrong")


def said(*rows: Verdict, found: tuple[Result, ...] = (FOUND,), waived: str = "vault-purge-protection") -> list[str]:
    return list(objections(rows, {"dev": found}, {"dev": {waived}}))


def test_a_finding_with_its_answer_is_fine() -> None:
    assert said(RULE) == []
    assert said(REFUTED) == []


def test_a_row_about_services_without_pods_is_about_those_of_the_stack() -> None:
    policy = [
        Result("networkpolicy-targets-pod", "dev.yaml", "NetworkPolicy", f"mys-dev/mys-{key}") for key in ("a", "b")
    ]
    row = Verdict(checks=(policy[0].check,), type="NetworkPolicy", names="*/mys-{idle}", refuted="no pods yet")
    assert list(objections([row], {"dev": policy}, {}, {"dev": ["a", "b"], "prod": []})) == []
    (objection,) = objections([row], {"dev": policy}, {}, {"dev": ["a"]})
    assert objection == "dev: networkpolicy-targets-pod NetworkPolicy mys-dev/mys-b: no row in the table"


def test_a_new_finding_is_an_objection() -> None:
    assert said() == [f"dev: CKV_AZURE_110 {VAULT} mys-dev-app-kv-san: no row in the table"]
    other = Result("CKV_AZURE_110", "dev/core.json", VAULT, "mys-dev-chain-kv-san")
    assert said(REFUTED, found=(FOUND, other)) == [
        f"dev: CKV_AZURE_110 {VAULT} mys-dev-chain-kv-san: no row in the table"
    ]


def test_two_answers_to_one_finding_are_an_objection() -> None:
    assert said(RULE, REFUTED) == [f"dev: CKV_AZURE_110 {VAULT} mys-dev-app-kv-san: 2 rows in the table"]


def test_an_answer_to_nothing_is_an_objection() -> None:
    elsewhere = Verdict(checks=("CKV_AZURE_110",), type=VAULT, stacks=("prod",), refuted="wrong")
    assert said(RULE, elsewhere) == [f"CKV_AZURE_110 {VAULT}: nothing fails any more; take it out of the table"]
    two = Verdict(checks=("CKV_AZURE_110", "CKV_AZURE_42"), type=VAULT, refuted="wrong")
    assert said(two) == [f"CKV_AZURE_42 {VAULT}: nothing fails any more; take it out of the table"]


def test_a_rule_that_nobody_waived_is_an_objection() -> None:
    assert said(RULE, waived="other") == [
        f"dev: CKV_AZURE_110 {VAULT} mys-dev-app-kv-san: mystira:waivers.vault-purge-protection is not there"
    ]


@pytest.mark.parametrize("row", ['rule = "a"\nrefuted = "b"', "", 'refuted = "b"\nreason = "c"'])
def test_a_row_says_one_thing(row: str, tmp_path: Path) -> None:
    file = tmp_path / "verdicts.toml"
    file.write_text(f'[[verdict]]\nchecks = ["CKV_AZURE_110"]\ntype = "{VAULT}"\n{row}\n')
    with pytest.raises(ValueError, match=r"rule, control, refuted|Unexpected keyword"):
        verdicts(file)
