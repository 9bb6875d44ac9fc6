"""What the settings of the external tenant may not say together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from stacks.parts.external_id.checks import external_id_problems
from tests.harness.settings import context, edit, every_environment

TENANT = "11111111-2222-4333-8444-555555555555"
WORKFORCE = "00000000-0000-4000-8000-000000000000"
BRIDGE = {"client_id": "mystira", "issuer": "https://bridge.mystira.app:8443/discord/"}


def problems(folder: Path, stack: str, settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    edit(folder, stack, {"external_id": {"tenant_id": TENANT, **settings}})
    found = list(external_id_problems(context(stack, folder)))
    assert all(each.allowed and each.read for each in found)
    return [(each.path.partition("mystira:external_id.")[2], each.what) for each in found]


@every_environment
def test_without_an_external_tenant_nothing_is_wrong(stack: str) -> None:
    assert list(external_id_problems(context(stack))) == []


@every_environment
def test_an_external_tenant_with_everything_is_fine(folder: Path, stack: str) -> None:
    ports = {"localhost_ports": [3000, 8080]} if stack == "dev" else {"localhost_ports": []}
    assert problems(folder, stack, {"google": {"client_id": "1"}, "discord": BRIDGE, **ports}) == []


@pytest.mark.parametrize(
    ("stack", "settings", "path", "what"),
    [
        ("dev", {"tenant_id": WORKFORCE}, "tenant_id", "the tenant of mystira:azure"),
        ("staging", {"localhost_ports": [3000]}, "localhost_ports", "staging returns to no developer's machine"),
        ("prod", {"localhost_ports": [3000]}, "localhost_ports", "prod returns to no developer's machine"),
        ("dev", {"localhost_ports": [3000, 3000]}, "localhost_ports", "a port is named twice"),
        ("dev", {"discord": {**BRIDGE, "issuer": "https://discord.com"}}, "discord.issuer", "External ID cannot take"),
        (
            "dev",
            {"discord": {**BRIDGE, "issuer": f"https://login.microsoftonline.com/{TENANT}/v2.0"}},
            "discord.issuer",
            "no other Entra tenant",
        ),
    ],
)
def test_what_external_id_refuses_is_one_error(
    folder: Path, stack: str, settings: Mapping[str, Any], path: str, what: str
) -> None:
    ((seen, said),) = problems(folder, stack, settings)
    assert seen == path
    assert what in said


def test_a_host_that_only_ends_like_a_refused_one_is_fine(folder: Path) -> None:
    assert problems(folder, "dev", {"discord": {**BRIDGE, "issuer": "https://notdiscord.com"}}) == []
