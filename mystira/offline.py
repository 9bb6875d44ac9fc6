"""`mystira offline`: the verbs and tools of the offline world, and the verbs that need the settings as well."""

from __future__ import annotations

from mystira import alerts as alerting
from mystira import around as passing_by
from mystira import deleted as deletions
from mystira import links as private_links
from mystira.deletions import Names
from mystira.offline_deletions import OfflineDeletions
from mystira.reports import secret_report
from mystira.slots import OfflineSites, slots_of, swap_all
from mystira.verify_email import DryRun, OfflineDomains, report
from offline.commands import cloud, verbs
from offline.commands.output import AsJson, group, say
from offline.commands.pulumi import PASSED_ON, pulumi
from offline.commands.verbs import Stack, engine_for
from offline.engine.run import TODAY, EngineFailed
from offline.world.store import World
from stacks.build.recording import recording_of
from stacks.parts.entra.applications import label
from stacks.plan.load import context_from_file, plan_of
from stacks.settings.loading import SHARED

alerts = group("What becomes of alerts.")
app = group("Rehearse everything on Pulumi's real engine and an offline cloud: no account, no resource at Azure.")
rest = group("What needs more than the engine.")
for part in (verbs.app, rest, cloud.app):
    app.add_typer(part)
app.add_typer(alerts, name="alerts")


@rest.command()
def secrets(stack: Stack, as_json: AsJson = False) -> None:
    """Report age, expiry and owner of every secret of a stack; exit code 1 when one needs attention."""
    engine = engine_for(stack)
    state = engine.capture(["stack", "export", "--stack", stack])
    if state.returncode:
        raise EngineFailed(state.stderr.strip())
    secret_report(plan_of(stack, engine.program, TODAY), state.stdout, TODAY, as_json=as_json)


@rest.command()
def verify_email(dry_run: DryRun = False) -> None:
    """Have the offline cloud verify the domain that mail comes from; exit code 1 while anything is left to verify."""
    engine = engine_for(SHARED)
    report(plan_of(SHARED, engine.program, TODAY), OfflineDomains(World(engine.home.cloud)), dry_run=dry_run)


@alerts.command("test")
def send_test(stack: Stack, as_json: AsJson = False) -> None:
    """Say who is in the action groups that the offline cloud has of a stack, by route; exit code 1 where one is off."""
    engine = engine_for(stack)
    sender = alerting.OfflineSender(World(engine.home.cloud))
    alerting.report(plan_of(stack, engine.program, TODAY), sender, as_json=as_json)


@rest.command()
def around(stack: Stack, as_json: AsJson = False) -> None:
    """Ask every origin of a stack in the offline cloud itself, past the edge; exit code 1 where one answers."""
    engine = engine_for(stack)
    plan, world = plan_of(stack, engine.program, TODAY), World(engine.home.cloud)
    passing_by.report(plan, passing_by.OfflineInternet(world), as_json=as_json)


@rest.command()
def links(stack: Stack, as_json: AsJson = False) -> None:
    """Say how far the links of a stack's edge are in the offline cloud; exit code 1 where one is not approved."""
    engine = engine_for(stack)
    plan, world = plan_of(stack, engine.program, TODAY), World(engine.home.cloud)
    private_links.report(plan, private_links.OfflineCloud(world), as_json=as_json)


@rest.command()
def swap(stack: Stack) -> None:
    """Swap the slots of a stack with production, if they are healthy; swap back if the sites are not healthy then."""
    engine = engine_for(stack)
    sites = OfflineSites(World(engine.home.cloud))
    for line in swap_all(sites, slots_of(plan_of(stack, engine.program, TODAY)), wait=lambda _: None):
        say(line)


@rest.command()
def deleted(
    stack: Stack,
    restore: deletions.Restore = None,
    purge: deletions.Purge = None,
    yes: deletions.Yes = False,
    as_json: AsJson = False,
) -> None:
    """List the deleted applications of a stack in the tenants of the offline cloud; restore one, or purge them."""
    engine = engine_for(stack)
    plan, world = plan_of(stack, engine.program, TODAY), World(engine.home.cloud)
    tenants = {each.id: OfflineDeletions(world, each.id) for each in plan.tenants}
    names = Names(recording_of(plan).everything, label(context_from_file(stack, engine.program, TODAY)))
    deletions.report(stack, tenants, names, restore=restore, purge=purge, yes=yes, as_json=as_json)


rest.command(context_settings=PASSED_ON)(pulumi)
