"""A mail domain on the engine: verified by a person, then linked, and given up again."""

from __future__ import annotations

from typing import Any

import yaml

from offline.engine.run import Engine
from offline.world.store import World
from tests.engine.conftest import Command, azure_resources

UP = ("shared",)
SENDER = "azure-native:communication:SenderUsername"
SERVICE = "azure-native:communication:CommunicationService"


def say_verified(engine: Engine, verified: bool) -> None:
    """Set `mystira:mail.domain.verified` in the world's copy of the settings."""
    file = engine.home.shadows / "mystira" / "stacks" / "Pulumi.shared.yaml"
    content: Any = yaml.safe_load(file.read_text())
    content["config"]["mystira:mail"]["domain"]["verified"] = verified
    file.write_text(yaml.safe_dump(content, sort_keys=False))


def linked(engine: Engine) -> str:
    """The name of the domain that mail comes from."""
    (service,) = World(engine.home.cloud).of_type(SERVICE)
    (domain,) = service.body["linkedDomains"]
    return str(domain).rpartition("/")[2]


def up(command: Command, *flags: str) -> str:
    done = command("offline", "up", "-s", "shared", "--yes", "--skip-preview", *flags)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_mail_comes_from_a_domain_of_ours_once_it_is_verified(engine: Engine, command: Command) -> None:
    assert linked(engine) == "AzureManagedDomain"
    say_verified(engine, True)
    early = command("offline", "up", "-s", "shared", "--yes", "--skip-preview")
    assert early.returncode != 0
    assert 'Code="InvalidLinkedDomains"' in early.stdout
    assert linked(engine) == "AzureManagedDomain"

    done = command("make", "verify-email")
    assert done.returncode == 0, done.stdout + done.stderr
    up(command)
    assert linked(engine) == "mail.mystira.app"
    assert [each["type"] for each in azure_resources(engine, "shared")].count(SENDER) == 1
    up(command, "--expect-no-changes")
    assert command("make", "refresh", "shared").returncode == 0
    up(command, "--expect-no-changes")

    say_verified(engine, False)
    up(command)
    assert linked(engine) == "AzureManagedDomain"
    # Azure makes a sender with its domain and no second one.
    assert len(World(engine.home.cloud).of_type(SENDER)) == 2
    say_verified(engine, True)
    up(command)
    assert linked(engine) == "mail.mystira.app"
