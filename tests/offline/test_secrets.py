"""The secrets that the offline world draws for itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from offline.engine.home import PROJECT
from offline.engine.secrets import missing_secrets
from stacks.settings.config_secrets import CONFIG_SECRETS, DISCORD_CLIENT_SECRET, GOOGLE_CLIENT_SECRET


def stack_file(folder: Path, config: dict[str, Any]) -> Path:
    file = folder / "Pulumi.dev.yaml"
    file.write_text(yaml.safe_dump({"config": config}))
    return file


def test_a_secret_is_drawn_where_the_settings_call_for_it(tmp_path: Path) -> None:
    file = stack_file(tmp_path, {"mystira:local_auth": ["postgresql"]})
    first, second = (missing_secrets(PROJECT, file) for _ in range(2))
    assert list(first) == ["mystira:postgresqlPassword"]
    assert CONFIG_SECRETS[0].good(first["mystira:postgresqlPassword"])
    assert first != second
    assert missing_secrets(PROJECT, tmp_path / "Pulumi.prod.yaml") == {}


def test_a_client_secret_is_drawn_for_each_client_id(tmp_path: Path) -> None:
    """The section calls for it with a key, as a list does with a word."""
    tenant = {"tenant_id": "00000000-0000-4000-8000-00000000000c"}
    assert missing_secrets(PROJECT, stack_file(tmp_path, {"mystira:external_id": tenant})) == {}
    both = {**tenant, "google": {"client_id": "1"}, "discord": {"client_id": "2"}}
    found = missing_secrets(PROJECT, stack_file(tmp_path, {"mystira:external_id": both}))
    assert set(found) == {f"mystira:{each.name}" for each in (GOOGLE_CLIENT_SECRET, DISCORD_CLIENT_SECRET)}
    assert GOOGLE_CLIENT_SECRET.good(found["mystira:googleClientSecret"])


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"mystira:local_auth": ["storage"]},
        {"mystira:local_auth": ["postgresql"], "mystira:postgresqlPassword": {"secure": "v1:x"}},
    ],
)
def test_no_secret_is_drawn_otherwise(tmp_path: Path, config: dict[str, Any]) -> None:
    assert missing_secrets(PROJECT, stack_file(tmp_path, config)) == {}
