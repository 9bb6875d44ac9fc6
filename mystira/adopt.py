"""`mystira adopt`: taking over live resources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mystira.choosing import Folder, Stack, plan_for
from offline.commands.output import AsJson, print_json, say
from stacks.adopt.estate import live_ids
from stacks.adopt.match import matches
from stacks.adopt.write import write_entries
from stacks.build.recording import registrations_of
from stacks.plan.load import PROJECT
from stacks.settings.loading import file_name


def adopt(
    stack: Stack,
    source: Annotated[Path, typer.Option("--from", help="a Terraform state file, or a list of resource ids")],
    folder: Folder = PROJECT,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="write nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the entries of `mystira:adopt` for live resources that match the plan; list the others, with the reason."""
    plan = plan_for(stack, folder)
    found = matches(live_ids(source), [each for each in registrations_of(plan) if each.adoptable])
    entries = {match.key: match.id for match in found if match.key}
    new = 0 if dry_run else write_entries(folder / file_name(stack), entries)
    if as_json:
        print_json({"stack": stack, "matches": found, "written": new})
        return
    for match in found:
        say(f"{match.key or 'not matched'}: {match.id}" + (f" ({match.reason})" if match.reason else ""))
    written = "nothing written" if dry_run else f"{new} new in {file_name(stack)}"
    say(f"{len(entries)} of {len(found)} matched, {written}; next: pulumi preview -s {stack}")
