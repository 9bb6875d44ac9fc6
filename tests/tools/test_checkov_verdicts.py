"""The answers to checkov's findings: each finding has one, and each is still needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import scan_templates
from tools.checkov_verdicts import Verdict, objections, verdicts
from tools.scan_templates import Result, Unavailable, scan

VAULT = "Microsoft.KeyVault/vaults"
FOUND = Result("CKV_AZURE_110", "dev/core.json", VAULT, "mys-dev-app-kv-san")
RULE = Verdict(checks=("CKV_AZURE_110",), type=VAULT, rule="vault-purge-protection")
REFUTED = Verdict(checks=("CKV_AZURE_110",), type=f"{VAULT}*", names="*-app-*", stacks=("dev",), refuted="wrong")


def said(*rows: Verdict, found: tuple[Result, ...] = (FOUND,), waived: str = "vault-purge-protection") -> list[str]:
    return list(objections(rows, {"dev": found}, {"dev": {waived}}))


def test_a_finding_with_its_answer_is_fine() -> None:
    assert said(RULE) == []
    assert said(REFUTED) == []


def test_a_new_finding_is_an_objection() -> None:
    assert said() == [f"dev: CKV_AZURE_110 {VAULT} mys-dev-app-kv-san: no row in verdicts.toml"]
    other = Result("CKV_AZURE_110", "dev/core.json", VAULT, "mys-dev-chain-kv-san")
    assert said(REFUTED, found=(FOUND, other)) == [
        f"dev: CKV_AZURE_110 {VAULT} mys-dev-chain-kv-san: no row in verdicts.toml"
    ]


def test_two_answers_to_one_finding_are_an_objection() -> None:
    assert said(RULE, REFUTED) == [f"dev: CKV_AZURE_110 {VAULT} mys-dev-app-kv-san: 2 rows in verdicts.toml"]


def test_an_answer_to_nothing_is_an_objection() -> None:
    elsewhere = Verdict(checks=("CKV_AZURE_110",), type=VAULT, stacks=("prod",), refuted="wrong")
    assert said(RULE, elsewhere) == [f"CKV_AZURE_110 {VAULT}: nothing fails any more; take it out of verdicts.toml"]
    two = Verdict(checks=("CKV_AZURE_110", "CKV_AZURE_42"), type=VAULT, refuted="wrong")
    assert said(two) == [f"CKV_AZURE_42 {VAULT}: nothing fails any more; take it out of verdicts.toml"]


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


def test_a_scan_that_fails_says_what_was_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failing = tmp_path / "python"
    failing.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr(scan_templates, "ensure_checkov", lambda: failing)
    with pytest.raises(Unavailable, match=r"checkov [\d.]+ failed: broken"):
        scan(tmp_path)


def test_an_environment_that_cannot_be_made_is_one_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def no_index(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        assert command[1:3] == ["sync", "--frozen"]
        assert sys.executable in command
        return subprocess.CompletedProcess(command, 1, "", "no index")

    monkeypatch.setenv("MYSTIRA_CACHE", str(tmp_path))
    monkeypatch.setattr(subprocess, "run", no_index)
    monkeypatch.setattr(scan_templates.shutil, "which", lambda _: "uv")
    with pytest.raises(Unavailable, match="could not be fetched: no index"):
        scan_templates.ensure_checkov()
    assert not list(tmp_path.glob("checkov-*/"))
