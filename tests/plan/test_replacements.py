"""What `mystira:replacements` may say, and what follows from it."""

from __future__ import annotations

from pathlib import Path

from stacks.parts.entra.plan import ENTRA
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER
from tests.harness.build import compose_up_to
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import TODAY, edited_plan

WAIVER = {"reason": "Its data is made up.", "owner": "platform", "until": TODAY.isoformat()}
SERVER = "azure-native:dbforpostgresql:Server"

MISTAKES = [
    Mistake("dev", {"replacements": {"moon/core": WAIVER}}, "replacements.moon/core", "not a type and a logical name"),
    Mistake(
        "dev",
        {"replacements": {"diagnostic-setting/core": WAIVER}},
        "replacements.diagnostic-setting/core",
        "may be replaced without a waiver",
        "no such entry",
    ),
    Mistake(
        "dev",
        {"replacements": {"key-vault/app": {**WAIVER, "until": "2026-11-20"}}},
        "replacements.key-vault/app.until",
        "the waiver has ended",
        "a day from 2026-11-21",
    ),
    Mistake(
        "prod",
        {"replacements": {"key-vault/app": {"reason": "x", "until": "2026-12-31"}}},
        "replacements.key-vault/app.owner",
        "missing",
    ),
]


@each_mistake(MISTAKES)
def test_a_mistake_about_replacements_is_one_clear_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)


def test_what_may_be_replaced_is_not_protected_and_all_else_is(folder: Path) -> None:
    plan = edited_plan(folder, "dev", {"replacements": {"postgresql-server/core": WAIVER}})
    composition = compose_up_to(POSTGRESQL_SERVER, plan)
    (server,) = composition.of(SERVER)
    assert not server.protect
    assert composition.of("azure-native:keyvault:Vault")
    assert all(each.protect for each in composition.of("azure-native:keyvault:Vault"))


def test_what_a_part_protects_itself_may_be_replaced_too(folder: Path) -> None:
    """Applications of prod hold no data, and are protected all the same."""
    before = compose_up_to(ENTRA, edited_plan(folder, "prod", {}))
    name = next(each.name for each in before.entra() if each.protect and each.type.endswith(":Application"))
    plan = edited_plan(folder, "prod", {"replacements": {f"application/{name}": WAIVER}})
    entra = compose_up_to(ENTRA, plan).entra()
    (found,) = (each for each in entra if each.name == name and each.type.endswith(":Application"))
    assert not found.protect
