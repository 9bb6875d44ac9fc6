"""Every run of an adoption, in the order of the report, for each environment: `make phases`.

Not part of `make test`: each environment takes some twenty runs. The rules of the policy pack are asked before each.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

import pytest

from components.facts.phases import EVERY, Phase
from offline.engine.run import Engine
from policies.rules.every import RULES
from stacks.adopt.steps import Step
from tests.engine.conftest import Command
from tests.engine.test_phases import WAIVER, begun
from tests.engine.walk import Walk
from tests.harness.settings import ENVIRONMENTS

VARIABLE = "MYSTIRA_PHASES"
UP = ("shared",)
POLICY = re.compile(rf"\b({'|'.join(RULES)}): [a-z-]+ \S+: ")
READS_SECRETS = "4633458b-17de-408a-b874-0445c86b69e6"

pytestmark = pytest.mark.skipif(not os.environ.get(VARIABLE), reason=f"make phases, which sets {VARIABLE}")


@pytest.mark.parametrize("stack", ENVIRONMENTS)
def test_every_run_of_the_report_leaves_every_path_open(stack: str, engine: Engine, command: Command) -> None:
    walk = begun(Walk(engine, command, stack))
    hold, add, *rest = walk.steps()
    assert walk.up(adoption={EVERY: str(hold.phase)}) == []
    walk.up(adoption={EVERY: str(add.phase)})
    admit(walk)
    phases: dict[str, str] = {EVERY: "add"}
    both: dict[str, Any] = {}
    for step in rest:
        changes = settings_for(walk, step, phases, both)
        if step.waivers:
            assert refused(walk, changes) >= {weak.rule for weak in step.waivers}
        changes |= {f"waivers.{weak.rule}": WAIVER for weak in step.waivers}
        assert refused(walk, changes) == set(), step
        before = walk.bodies()
        written = walk.up(**changes)
        keys = walk.keys()
        changed = {keys[id] for verb, id in written if id in before and id in walk.live and id in keys}
        assert {key for key in changed if not key.startswith("role-assignment/")} <= {
            change.key for change in step.changes
        }
        assert [id for verb, id in written if verb == "delete"] == []
        assert walk.closed() == [], step
    assert walk.closed(only_new=True) == []
    again = command("offline", "preview", "-s", stack, "--expect-no-changes")
    assert again.returncode == 0, again.stdout + again.stderr


def settings_for(walk: Walk, step: Step, phases: dict[str, str], both: dict[str, Any]) -> dict[str, Any]:
    """The settings that begin a step, as its line says."""
    if step.ends:
        return {"adoption": None, **both}
    assert step.phase is Phase.DONE
    phases[step.part] = "done"
    changes: dict[str, Any] = {"adoption": dict(phases)}
    if step.keeps:
        stores = walk.section("local_auth") or []
        both |= {"local_auth": stores or None, "waivers.postgresql-passwords": None}
        changes |= {"local_auth": [*stores, "postgresql"], "waivers.postgresql-passwords": WAIVER}
        if not stores:
            both["waivers.local-auth"] = None
            changes["waivers.local-auth"] = WAIVER
        walk.password()
    return changes


def refused(walk: Walk, changes: Mapping[str, Any]) -> set[str]:
    """The rules for which a preview with these settings is refused."""
    walk.configure(changes)
    done = walk.command("make", "preview", walk.stack)
    found = set(POLICY.findall(done.stdout + done.stderr))
    assert bool(found) == (done.returncode != 0), done.stdout + done.stderr
    return found


def admit(walk: Walk) -> None:
    """Whoever reads a vault with a policy and an identity that the plan does not know has a role by now
    (docs/runbooks/moves/vaults.md)."""
    site = walk.bodies().get(walk.ids.get("web-app/app", "").lower(), {})
    vault = walk.ids["key-vault/app"]
    principal = (site.get("identity") or {}).get("principalId")
    if principal and vault.lower() in walk.live:
        walk.grant(vault, READS_SECRETS, principal)
