"""`mystira report` and `mystira gate`: what a preview means for a reviewer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from components.problems import InvalidInput, MystiraError
from mystira.choosing import Folder, Stack, chosen
from mystira.files import only_writer, text_of, write_whole
from offline.commands.output import FAILED, AsJson, BadInput, ended, print_json, say
from stacks.clock import today
from stacks.plan.load import PROJECT, plan_of
from stacks.reports.cost import difference_of
from stacks.reports.events import Run, read_events
from stacks.reports.gate import judge, said
from stacks.reports.review.report import report as comment_of
from stacks.reports.review.subject import Subject
from stacks.reports.tables import read_tables, tables_of, written

Events = Annotated[
    str, typer.Option("--from", help="the event stream of `pulumi preview --event-log FILE`, or - for stdin")
]


@contextmanager
def _input() -> Iterator[None]:
    """What is wrong with the input ends the command with exit code 2: no verdict."""
    try:
        yield
    except MystiraError as error:
        raise BadInput(str(error)) from error


def report(
    stack: Stack,
    source: Events = "",
    base: Annotated[str, typer.Option(help="the tables of the base commit, as `--tables` wrote them there")] = "",
    output: Annotated[Path | None, typer.Option(help="the file to write; standard output by default")] = None,
    tables: Annotated[
        Path | None,
        typer.Option(help="write the tables of this commit there, and nothing else (docs/runbooks/review.md)"),
    ] = None,
    folder: Folder = PROJECT,
) -> None:
    """Write the comment on a pull request: one preview of a stack, in at most 60,000 characters of Markdown.

    Exit code 0 where the change passes, 1 where the preview failed or something is refused, 2 for input that cannot be
    read; then the comment says so too.
    """
    with _input():
        chosen([stack], folder)
    if tables is not None:
        with _input():
            write_whole(tables, written(tables_of(plan_of(stack, folder, today()))))
        return
    if not source:
        raise BadInput("--from: missing; allowed: the event stream of a preview, or --tables FILE")
    with _input(), only_writer(output) if output else nullcontext():
        subject, unreadable = _subject(stack, source, base, folder)
        text = comment_of(subject)
        if output is None:
            print(text, end="")
        else:
            write_whole(output, text)
            say(f"{output}: {len(text)} characters")
        if unreadable is not None:
            raise unreadable
    ended(0 if subject.passes else FAILED)


def _subject(stack: str, source: str, base: str, folder: Path) -> tuple[Subject, MystiraError | None]:
    """What the comment is about, and what of the input cannot be read. That, and settings that cannot be built, are in
    the comment: one that is left over from an earlier run would say something else."""
    day, problems = today(), list[str]()
    plan, run, before, unreadable = None, None, None, None
    try:
        plan = plan_of(stack, folder, day)
    except InvalidInput as error:
        problems += map(str, error.problems)
    try:
        run = _run(source)
        before = read_tables(text_of(base), base, stack) if base else None
    except MystiraError as error:
        unreadable = error
        problems.append(str(error))
    subject = Subject(
        stack=stack,
        today=day,
        run=run,
        verdict=judge(run, plan.replacements if plan else {}, day) if run else None,
        head=tables_of(plan) if plan else None,
        base=before,
        cost=difference_of(run.changes, plan.region) if run and plan else None,
        problems=tuple(problems),
    )
    return subject, unreadable


def gate(stack: Stack, source: Events, folder: Folder = PROJECT, as_json: AsJson = False) -> None:
    """Refuse a preview that replaces or deletes what holds data, AKS, a vault or an identity without a waiver.

    Exit code 0 where it passes, 1 where it is refused or the settings cannot be built, 2 for a stream that cannot be
    read.
    """
    with _input():
        chosen([stack], folder)
        run = _run(source)
    plan = plan_of(stack, folder, today())
    verdict = judge(run, plan.replacements, today())
    if as_json:
        waived = [
            {"key": each.key, "action": each.action, "delete_first": each.delete_first} for each in verdict.waived
        ]
        print_json({"stack": stack, "refusals": verdict.refusals, "waived": waived, "idle": verdict.idle})
    else:
        for refusal in verdict.refusals:
            say(f"{stack}: refused: {refusal.text}", style="red")
        for change in verdict.waived:
            say(f"{stack}: waived: {said(change)}", style="yellow")
        for key in verdict.idle:
            say(f"{stack}: mystira:replacements.{key} waives nothing in this preview: take it out", style="yellow")
        if verdict.passes:
            say(f"{stack}: passes")
    ended(0 if verdict.passes else FAILED)


def _run(source: str) -> Run:
    return read_events(text_of(source), source)
