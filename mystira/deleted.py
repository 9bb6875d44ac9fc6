"""`mystira deleted`: the deleted Entra applications of a stack, which are restored or purged."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from components.problems import InvalidInput, Problem
from mystira.choosing import Folder, Stack, plan_for
from mystira.deletions import EVERY, READ, Deletions, Names, Restored, Row, chosen, entries, rows
from mystira.graph.applications import GraphDeletions
from mystira.graph.client import Graph
from mystira.graph.login import external_credential
from mystira.preflight.login import credential
from offline.commands.output import AsJson, print_json, say
from stacks.build.recording import recording_of
from stacks.clock import today
from stacks.parts.entra.applications import label
from stacks.plan.load import PROJECT, context_from_file
from stacks.settings.fictitious import fictitious_values
from stacks.settings.loading import NAMESPACE, file_name
from stacks.settings.models import EnvironmentSettings, Settings

Restore = Annotated[
    str | None, typer.Option("--restore", metavar="ID", help="restore the application of this object id")
]
Purge = Annotated[
    str | None,
    typer.Option(
        "--purge", metavar="ID", help=f"delete it for good: an object id, or `{EVERY}` for all that are listed"
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="purge without asking")]


def deleted(
    stack: Stack,
    folder: Folder = PROJECT,
    restore: Restore = None,
    purge: Purge = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """List the deleted Entra applications of a stack; restore one, or purge them.

    For 30 days a deleted application keeps its identifier URIs, so that the stack cannot make it again: restore it and
    adopt it, or purge it. Without an option nothing is changed. Exit code 1 for an error.
    """
    plan = plan_for(stack, folder)
    context = context_from_file(stack, folder, today())
    settings = context.settings
    _check_real(stack, settings)
    names = Names(recording_of(plan).everything, label(context))
    report(stack, tenants_of(settings, os.environ), names, restore=restore, purge=purge, yes=yes, as_json=as_json)


def report(
    stack: str,
    tenants: Mapping[str, Deletions],
    names: Names,
    *,
    restore: str | None = None,
    purge: str | None = None,
    yes: bool = False,
    as_json: bool = False,
) -> None:
    """List, restore or purge, and print what was found and done; ``tenants`` by id. Raises ``InvalidInput``."""
    if restore and purge:
        raise InvalidInput([Problem("--restore, --purge", "both at once", "", "one of them", READ)])
    if purge and as_json and not yes:
        raise InvalidInput([Problem("--purge", "nobody can be asked", "--json", "--json --yes", READ)])
    found = rows(tenants, names)
    if purge:
        gone = [row.application.id for row in _purged(tenants, chosen(found, purge, "--purge"), yes, as_json)]
        if as_json:
            print_json({"stack": stack, "purged": gone})
        else:
            say(f"{len(gone)} purged")
    elif restore:
        # An id, so there is exactly one.
        (row,) = chosen(found, restore, "--restore")
        restored = tenants[row.tenant].restore(row.application)
        adopt = dict(entries(row, restored, names))
        if as_json:
            print_json({"stack": stack, "restored": row.application.id, "adopt": adopt})
        else:
            _show_restored(stack, row, restored, adopt)
    elif as_json:
        print_json({"stack": stack, "deleted": found})
    else:
        for row in found:
            one = row.application
            said = f"application/{row.key}" if row.key else "no longer in the plan"
            say(f"{one.id}: {one.name}, deleted {one.deleted or 'at an unknown time'}; {said}; tenant {row.tenant}")
        say(f"{len(found)} deleted")


def _purged(tenants: Mapping[str, Deletions], taken: list[Row], yes: bool, as_json: bool) -> Iterator[Row]:
    """Purge these, once a person agrees."""
    if taken and not yes:
        for row in taken:
            say(f"{row.application.id}: {row.application.name}")
        typer.confirm(f"Delete {len(taken)} for good? Nobody can restore them.", abort=True)
    for row in taken:
        tenants[row.tenant].purge(row.application)
        if not as_json:
            say(f"purged: {row.application.name} ({row.application.id})")
        yield row


def _show_restored(stack: str, row: Row, restored: Restored, adopt: Mapping[str, str]) -> None:
    say(f"restored: {row.application.name}" + ("" if restored.principal else "; it had no service principal"))
    if not adopt:
        say("the plan has no such application: nothing adopts it")
        return
    say(f"{file_name(stack)}, below {NAMESPACE}:adopt:")
    for key, id in adopt.items():
        say(f"  {key}: {id}")


def tenants_of(settings: Settings, environment: Mapping[str, str]) -> dict[str, Deletions]:
    """The tenants of a stack at Graph, by id: that of the workforce and, where there is one, that of the customers."""
    azure = settings.azure
    tenant = str(azure.tenant_id)
    found: dict[str, Deletions] = {
        tenant: GraphDeletions(Graph(tenant, credential(tenant, str(azure.subscription_id), environment)))
    }
    external = settings.external_id if isinstance(settings, EnvironmentSettings) else None
    if external is not None:
        ci = str(external.ci_client_id) if external.ci_client_id else None
        one = str(external.tenant_id)
        found[one] = GraphDeletions(Graph(one, external_credential(one, ci, environment)))
    return found


def _check_real(stack: str, settings: Settings) -> None:
    """Raises ``InvalidInput`` where a tenant is one of the offline cloud."""
    external = settings.external_id if isinstance(settings, EnvironmentSettings) else None
    sections = {"azure": settings.azure} | ({"external_id": external} if external else {})
    wrong = [
        Problem(f"{file_name(stack)}: {NAMESPACE}:{key}.{path}", "only serves the offline cloud", value, wanted, READ)
        for key, section in sections.items()
        for path, value, wanted in fictitious_values(section)
        if path == "tenant_id"
    ]
    if wrong:
        raise InvalidInput(wrong)
