"""What an error about the settings looks like: its line in the file, and the word that was probably meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.problems import InvalidInput, Problem
from stacks.plan.load import context_from_engine
from stacks.settings.positions import placed
from tests.harness.settings import TODAY, edit, one_problem, plan, problems, waived

GUEST = {"principal_id": "00000000-0000-4000-8000-0000000000aa", "principal_type": "User", "scope": "cluster"}


def replaced(folder: Path, stack: str, old: str, new: str) -> tuple[Problem, ...]:
    """The problems of the plan of ``stack`` when its file says ``new`` instead of ``old``."""
    file = folder / f"Pulumi.{stack}.yaml"
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
    with pytest.raises(InvalidInput) as caught:
        plan(stack, folder)
    return caught.value.problems


def line_of(folder: Path, stack: str, text: str) -> int:
    """The one line of the file of ``stack`` that contains ``text``."""
    lines = (folder / f"Pulumi.{stack}.yaml").read_text().splitlines()
    (found,) = (number for number, line in enumerate(lines, 1) if text in line)
    return found


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("sku: Balanced_B1\n", "skuu: Balanced_B1\n", "redis.skuu"),
        ("capacity: serverless", "capacity: serverles", "cosmos.capacity"),
        ("      - name: technical-lead", "      - nome: technical-lead", "monitoring.receivers.0.nome"),
        ("email: technical-lead@mystira.example", "email: nobody", "monitoring.receivers.0.email"),
        ("    chain:\n", "    chian:\n", "services.chian"),
        ("chain: {vm_size", "chian: {vm_size", "aks.pools.chian"),
        ('log_lock_waits: "on"', 'pgbouncer.pool_mode: "session"', "postgresql.parameters.pgbouncer.pool_mode"),
        ("    local-auth:\n", "    local-oath:\n", "waivers.local-oath"),
        ("sku: Balanced_B1\n", "sku: Balanced_B2\n", "redis.sku"),
        ("app-events: {", "app-event: {", "service_bus.queues.app-event"),
    ],
)
def test_an_error_has_the_line_of_its_setting(folder: Path, old: str, new: str, path: str) -> None:
    found = {problem.path: problem.line for problem in replaced(folder, "dev", old, new)}
    assert found[f"Pulumi.dev.yaml: mystira:{path}"] == line_of(folder, "dev", new.strip())


def test_what_is_missing_has_the_line_of_what_it_is_missing_from(folder: Path) -> None:
    (problem,) = replaced(folder, "dev", "    capacity: serverless\n", "")
    assert problem.line == line_of(folder, "dev", "mystira:cosmos:")


def test_a_missing_section_has_no_line(folder: Path) -> None:
    (problem,) = replaced(folder, "shared", "  mystira:domain:\n    name: mystira.app\n", "")
    assert str(problem).startswith("Pulumi.shared.yaml: mystira:domain: missing;")


def test_an_error_about_the_engines_configuration_has_no_line(folder: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        context_from_engine("dev", {"mystira:protection": "maybe"}, folder, TODAY)
    assert {problem.line for problem in caught.value.problems} == {None}


def test_the_same_mistake_is_one_problem_with_or_without_its_line(folder: Path) -> None:
    problem = Problem("Pulumi.dev.yaml: mystira:redis.sku", "not allowed")
    (lined,) = placed([problem], folder)
    assert lined.line == line_of(folder, "dev", "sku: Balanced_B1")
    assert lined == problem
    assert len(InvalidInput([lined, problem]).problems) == 1


@pytest.mark.parametrize("path", ["catalogue: app: calls", "Pulumi.nowhere.yaml: mystira:redis", "Pulumi.dev.yaml"])
def test_what_is_in_no_settings_file_has_no_line(folder: Path, path: str) -> None:
    (problem,) = placed([Problem(path, "wrong")], folder)
    assert problem.line is None


def test_a_whole_message_reads_from_the_place_to_the_word_that_was_meant(folder: Path) -> None:
    (_, problem) = replaced(folder, "dev", "sku: Balanced_B1\n", "skuu: Balanced_B1\n")
    line = line_of(folder, "dev", "skuu")
    assert str(problem) == (
        f"Pulumi.dev.yaml:{line}: mystira:redis.skuu: unknown key; seen: skuu; allowed: sku, high_availability, "
        "clustering, eviction, persistence, geo_replication_group, public_access, instances; "
        "read: docs/settings.environment.schema.json; did you mean sku?"
    )


@pytest.mark.parametrize(
    ("stack", "path", "value", "meant"),
    [
        ("dev", "azure.regoin", "westeurope", "region"),
        ("dev", "azure.region", "southafricanort", "southafricanorth"),
        ("dev", "cosmos.capacity", "serverles", "serverless"),
        ("shared", "registry.sku", "premium", "Premium"),
        ("dev", "services.chian", {}, "chain"),
        ("dev", "access", {"guest": {**GUEST, "role": "cluster-admim"}}, "cluster-admin"),
        ("dev", "waivers.redis-public-acces", waived("because"), "redis-public-access"),
        ("dev", "aks.pools.services.vm_size", "Standard_D4ds_v6", "Standard_D4ds_v5"),
        ("dev", "service_bus.queues.app-event", {}, "app-events"),
        ("dev", "service_bus.subscribers.AccountCreatd", ["chain"], "AccountCreated"),
        ("dev", "vaults.recover", ["story-generater"], "story-generator"),
        ("dev", "network.subnet_names.aks-node", "aks-subnet", "aks-nodes"),
        ("dev", "secrets.overrides.app/redis-endpoin", {}, "app/redis-endpoint"),
    ],
)
def test_a_word_close_to_an_allowed_one_is_answered_with_it(
    folder: Path, stack: str, path: str, value: Any, meant: str
) -> None:
    found = problems(folder, stack, {path: value})
    assert meant in {problem.suggestion for problem in found}


@pytest.mark.parametrize(
    ("seen", "allowed"),
    [
        ("mars", "northeurope, westeurope"),
        ("Premium", "Premium, Standard"),
        ("17", "16, 18"),
        ("westeurope", "not westeurope"),
        ("Basic", "Basic or Standard"),
        ("a value", "value, values"),
        ("", "sku"),
        ("sku", ""),
    ],
)
def test_nothing_is_offered_where_no_word_of_a_list_is_close(seen: str, allowed: str) -> None:
    assert Problem("here", "wrong", seen, allowed).suggestion == ""


def test_a_problem_without_a_suggestion_does_not_ask(folder: Path) -> None:
    edit(folder, "dev", {"redis.eviction": "NoEviction"})
    problem = one_problem(folder, "dev", {"azure.region": "mars"})
    assert "did you mean" not in str(problem)
