"""`mystira adopt`: taking over live resources."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from components.problems import InvalidInput, Problem
from mystira.adoption_plan import plan_adoption
from mystira.choosing import Folder, Stack, plan_for
from mystira.live_azure import AZURE, from_azure
from offline.commands.output import AsJson, print_json, say
from stacks.adopt.adoption import Adoption, adoption, stacks_of
from stacks.adopt.files import source_in
from stacks.adopt.reasons import Match, Reason
from stacks.adopt.write import write_entries
from stacks.build.recording import recording_of
from stacks.clock import today
from stacks.plan.load import PROJECT, context_from_file
from stacks.settings.loading import file_name, other_stack, stacks_in

FROM = f"a Terraform or Pulumi state, a list of ids, JSON of kubectl or of Azure; or {AZURE}: ask it"
PLAN = "instead: what is adopted already, as a series of runs, and what each does to what lives; asks Azure"
WRITE = "also change the settings that follow from what is live"


def adopt(
    stack: Stack,
    source: Annotated[str, typer.Option("--from", help=FROM, metavar="FILE|azure")] = "",
    folder: Folder = PROJECT,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="write nothing")] = False,
    write: Annotated[bool, typer.Option("--write", help=WRITE)] = False,
    steps: Annotated[bool, typer.Option("--plan", help=PLAN)] = False,
    as_json: AsJson = False,
) -> None:
    """Write the entries of `mystira:adopt` for live resources that match the plan; list the others, with the reason.

    Entries that are there already stay as they are. Settings that follow from what is live are listed, and changed with
    `--write`; so is what a person decides before the next run.
    """
    if steps and (source or write or dry_run):
        raise InvalidInput([Problem("--plan", "is about what is adopted already", "another option", "--plan alone")])
    if steps:
        plan_adoption(plan_for(stack, folder), as_json=as_json)
        return
    if not source:
        raise InvalidInput([Problem("--from", "missing", "", FROM)])
    if write and dry_run:
        raise InvalidInput([Problem("--write", "writes, and --dry-run writes nothing", "both", "one of them")])
    plan = plan_for(stack, folder)
    context = context_from_file(stack, folder, today())
    stacks = stacks_of(context, {name: other_stack(name, folder).azure.subscription_id for name in stacks_in(folder)})
    live = from_azure(plan, stacks) if source == AZURE else source_in(Path(source))
    found = adoption(context, recording_of(plan).everything, live, stacks, plan.adopt)
    lines = tuple(line for line in found.lines if write or line.entry)
    new = 0 if dry_run else write_entries(folder / file_name(stack), found.entries, found.subnet_names, lines)
    if as_json:
        print_json(_plain(stack, found, new))
        return
    _show(stack, found)
    changed = sum(not line.entry for line in lines)
    if dry_run:
        wanted = len(found.entries) + len(found.subnet_names) + len(lines)
        written = f"nothing written, {wanted} lines would be new"
    else:
        written = f"{new - changed} new lines" + f" and {changed} changed" * bool(changed) + f" in {file_name(stack)}"
    left = len(found.lines) - len(lines)
    again = f"the same with --write, which changes {left} settings" if left else ""
    decided = f"decide what is said to be open ({len(found.open)})" if found.open else ""
    say(f"{written}; next: {', then '.join(filter(None, (again, decided, f'pulumi preview -s {stack}')))}")


def _show(stack: str, found: Adoption) -> None:
    """Everything of the stack's own line by line, what is of others as one line a stack."""
    order = list(Reason)
    for match in sorted(found.matches, key=lambda match: (order.index(match.reason), match.said, match.id)):
        if match.reason is not Reason.OTHER_STACK:
            say(f"{match.said}: {match.live.label}{_implied(match)}")
    others = Counter(match.stack for match in found.matches if match.reason is Reason.OTHER_STACK)
    for other, count in sorted(others.items()):
        say(f"{Reason.OTHER_STACK}: {other}: {count} (--json lists them)")
    for stale in found.stale:
        say(str(stale), style="yellow")
    for line in found.lines:
        say(f"follows from what is live: {line}")
    for problem in found.open:
        say(f"open, a person decides: {problem}")
    counts = ", ".join(f"{count} {reason}" for reason, count in found.counts.items())
    left = "".join(f", {count} {what}" for what, count in sorted(found.source.left_out.items()))
    say(f"{stack}: {sum(found.counts.values())} live resources: {counts}" + (f"; besides{left[1:]}" if left else ""))


def _implied(match: Match) -> str:
    return " (not listed; something is in it)" if match.live.implied else ""


def _plain(stack: str, found: Adoption, new: int) -> dict[str, Any]:
    return {
        "stack": stack,
        "source": found.source.name,
        "summary": {"instances": sum(found.counts.values()), **found.counts},
        "left_out": found.source.left_out,
        "matches": [
            {
                "id": match.id,
                "address": match.live.address,
                "reason": match.reason,
                "key": match.key,
                "within": match.within,
                "where": match.where,
                "above": match.above,
                "stack": match.stack,
                "detail": match.detail,
                "implied": match.live.implied,
            }
            for match in found.matches
        ],
        "entries": found.entries,
        "subnet_names": found.subnet_names,
        "lines": found.lines,
        "open": [str(problem) for problem in found.open],
        "stale": found.stale,
        "written": new,
    }
