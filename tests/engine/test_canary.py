"""Canary values as secrets through every kind of input, output, error and log: nothing that is left behind has them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from offline.commands.cloud import main as cloud
from offline.engine.drift import drift_of
from offline.engine.home import HOME_VARIABLE
from offline.engine.recovery import recover
from offline.engine.summary import print_summary
from offline.world.faults import Fault
from offline.world.objects import CloudObject
from tests.engine.small import STACK, SmallProgram
from tests.harness.canary import leaks, left_behind

CHECKPOINTS = True
PASSWORD, MADE = 'Canary-9f3k"/+& ünï-2Wq', 'yranac-7t5m"/+& lp-8Zx'


class Canary(SmallProgram):
    """A world with secrets in every place, and everything that was printed there."""

    def __init__(self, folder: Path) -> None:
        super().__init__("canary", folder)
        self.values = {"password": PASSWORD, "made": MADE, "drawn": MADE[::-1]}
        for name in ("password", "made"):
            self.engine.set_secret(STACK, f"canary:{name}", self.values[name])
        self.printed: list[tuple[str, str]] = []

    def pulumi(self, *arguments: str) -> tuple[int, str]:
        """Keeps what a command prints."""
        code, text = super().pulumi(*arguments)
        self.printed.append((" ".join(arguments), text))
        return code, text

    def object(self, part: str) -> CloudObject:
        return next(each for each in self.world.all() if part in each.id)

    def leaks(self) -> list[str]:
        """Every place in which one of the values stands."""
        return leaks([*self.printed, *left_behind(self.engine.home.root)], self.values)


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    folder = tmp_path_factory.mktemp("canary")
    (folder / "tmp").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder / "tmp"))
        patch.setenv(HOME_VARIABLE, str(folder))
        patch.setattr(tempfile, "tempdir", None)
        yield Canary(folder)


def change(canary: Canary, part: str, body: dict[str, object]) -> None:
    """Change an object behind Pulumi's back."""
    found = canary.object(part)
    with canary.world.writing("set", found.token, found.id) as cloud:
        cloud.put(found.id, found.token, {**found.body, **body})


def test_what_is_refused_and_what_fails_repeats_no_secret(canary: Canary) -> None:
    canary.world.add_fault(Fault("killed-after", "create", "/components/"))
    canary.configure("phase", "good")
    code, _ = canary.up("--parallel", "1")
    assert code != 0
    found = recover(canary.engine, STACK)
    assert found.imported == ("azure-native:applicationinsights:Component core",)
    canary.values["key"] = canary.object("/components/").body["instrumentationKey"]
    assert canary.leaks() == []

    # The order of the killed run is free: each of them is made or changed now.
    for part, kind in (("/secrets/", "failed"), ("/networkSecurityGroups/", "failed"), ("/components/", "timeout")):
        canary.world.add_fault(Fault(kind, part=part))
    canary.configure("phase", "refused")
    code, text = canary.up("--continue-on-error")
    assert code != 0
    assert 'Code="InvalidParameterValue"' in text
    assert "advice: seen: [secret]" in text
    for said in ('Code="InternalExecutionError"', "context deadline exceeded"):
        assert said in text
    assert canary.world.faults() == []
    canary.configure("phase", "misfit")
    code, text = canary.pulumi("preview", "--diff")
    assert code != 0
    assert 'enabled: seen "[secret]", allowed: boolean' in text
    assert canary.leaks() == []


def commands() -> Sequence[tuple[str, ...]]:
    """What a person looks at a stack with."""
    return (
        ("stack",),
        ("stack", "output"),
        ("stack", "output", "--json"),
        ("stack", "export"),
        ("stack", "history", "--json"),
        ("config",),
        ("config", "--json"),
        ("refresh", "--preview-only", "--diff"),
    )


@pytest.mark.requirement("S1-085")
def test_what_is_shown_and_what_is_kept_has_no_secret(canary: Canary, capfd: pytest.CaptureFixture[str]) -> None:
    canary.configure("phase", "good")
    code, text = canary.up("--diff", "--show-sames")
    assert code == 0, text
    rules = canary.object("/networkSecurityGroups/").body
    change(canary, "/networkSecurityGroups/", {"securityRules": rules["securityRules"][::-1]})
    change(canary, "/workspaces/", {"tags": {**canary.object("/workspaces/").body["tags"], "Token": "by-hand-5h"}})
    canary.values["by hand"] = "by-hand-5h"
    for each in commands():
        assert canary.pulumi(*each)[0] == 0, canary.printed[-1]
    drift = drift_of(canary.engine, STACK)
    assert 'azure-native:operationalinsights:Workspace core: tags.Token: was "[secret]", is "[secret]"' in drift
    assert any("NetworkSecurityGroup core: securityRules[0].description: was" in line for line in drift)
    summary = StringIO()
    print_summary(canary.engine, [STACK], Console(file=summary), seconds=1)
    cloud(["cloud", "list"])
    cloud(["fault", "list"])
    listed = capfd.readouterr().out
    assert "/networkSecurityGroups/" in listed
    canary.printed += [("drift", "\n".join(drift)), ("summary", summary.getvalue()), ("cloud list", listed)]

    assert canary.pulumi("refresh", "--yes", "--skip-preview", "--diff")[0] == 0
    assert drift_of(canary.engine, STACK) == []
    assert canary.destroy()[0] == 0
    assert canary.leaks() == []
    sent = [
        (file.name, file.read_bytes().decode(errors="replace")) for file in canary.engine.home.root.glob("cloud.db*")
    ]
    assert leaks(sent, canary.values), "the search does not find what Azure's own memory was sent"
