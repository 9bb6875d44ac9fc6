"""`mystira offline`: the verbs and tools of the offline world, and the one verb that needs the settings as well."""

from __future__ import annotations

from mystira.reports import secret_report
from offline.commands import cloud, verbs
from offline.commands.output import AsJson, group
from offline.commands.pulumi import PASSED_ON, pulumi
from offline.commands.verbs import Stack, engine_for
from offline.engine.run import TODAY, EngineFailed
from stacks.plan.load import plan_of

app = group("Rehearse everything on Pulumi's real engine and an offline cloud: no account, no resource at Azure.")
rest = group("What needs more than the engine.")
for part in (verbs.app, rest, cloud.app):
    app.add_typer(part)


@rest.command()
def secrets(stack: Stack, as_json: AsJson = False) -> None:
    """Report age, expiry and owner of every secret of a stack; exit code 1 when one needs attention."""
    engine = engine_for(stack)
    state = engine.capture(["stack", "export", "--stack", stack])
    if state.returncode:
        raise EngineFailed(state.stderr.strip())
    secret_report(plan_of(stack, engine.program, TODAY), state.stdout, TODAY, as_json=as_json)


rest.command(context_settings=PASSED_ON)(pulumi)
