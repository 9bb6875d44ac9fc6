"""`mystira explain`: why a resource is as it is, or what a setting means and reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from components.problems import CLOSE, MystiraError, Problem
from mystira.choosing import Folder, chosen
from mystira.diff import shown
from mystira.plans import names_in
from offline.commands.output import AsJson, print_json, say
from stacks.build.recording import Recording, recording_of
from stacks.clock import today
from stacks.pages.setting_words import SettingWords, kinds_with, setting_paths, setting_words
from stacks.plan.load import PROJECT, context_from, context_from_file, plan_of
from stacks.plan.make import make_plan
from stacks.plan.reads import covers, reads
from stacks.reports.effects import Effect, effects, with_value
from stacks.reports.explain import NAMES, explanation, lines_of, named, words
from stacks.settings.effective import Effective, effective
from stacks.settings.loading import NAMESPACE, SCHEMAS, configuration, file_name, from_file, load, stacks_in
from stacks.settings.positions import placed, with_lines

MOST = 12
"""How many of the words that a setting may be are printed."""
OFFERED = 3
"""How many close words an unknown one gets."""
ALLOWED = "a URN, a resource id, a name, type/name as in redis/core, or the path of a setting as in redis.sku"

Word = Annotated[str, typer.Argument(help=ALLOWED)]
One = Annotated[
    str,
    typer.Argument(
        help="the stack, where the word does not say it", autocompletion=lambda: stacks_in(PROJECT), show_default=False
    ),
]
Try = Annotated[
    str | None,
    typer.Option("--try", help="another value for the setting, as YAML: what it would change", show_default=False),
]


@dataclass(frozen=True)
class SettingReport:
    """What is known of a setting."""

    words: SettingWords
    values: Mapping[str, Effective]
    """By stack that has it."""
    read_by: Mapping[str, tuple[str, ...]]
    """By part that reads it: the stacks."""
    effects: tuple[Effect, ...] | None
    """What another value would change; ``None`` where nobody asked."""


def explain(word: Word, stack: One = "", folder: Folder = PROJECT, value: Try = None, as_json: AsJson = False) -> None:
    """Explain a resource: its part, settings, needs, roles and rules, what ignores its changes, what would replace it.

    Or a setting: what it means, may be and is in each stack, which parts read it and, with --try, what another value
    changes.
    """
    known = chosen([stack] if stack else None, folder)
    path = word.rpartition(": ")[2].removeprefix(f"{NAMESPACE}:")
    if any(kinds_with(path)):
        _explain_setting(path, known, stack, folder, value, as_json=as_json)
    elif value is not None:
        raise _unknown("no setting, so that there is nothing to try", word, _all_paths())
    else:
        _explain_resource(word, stack or _stack_of(word, known, folder), folder, as_json=as_json)


def _explain_resource(word: str, stack: str, folder: Path, *, as_json: bool) -> None:
    context, plan = context_from_file(stack, folder, today()), plan_of(stack, folder, today())
    recording = recording_of(plan)
    found = named(recording, word)
    if not found:
        raise _unknown(f"neither a resource of {stack} nor a setting", word, [*words(recording), *_all_paths()])
    if len(found) > 1:
        allowed = ", ".join(each.key for each in found)
        raise MystiraError(f"WORD: several resources of {stack} are called so; seen: {word}; allowed: {allowed}")
    result = explanation(context, plan, recording, found[0])
    if as_json:
        print_json(result)
        return
    for line in lines_of(result):
        say(line)


def _explain_setting(
    path: str, stacks: Iterable[str], stack: str, folder: Path, value: str | None, *, as_json: bool
) -> None:
    contexts = {each: context_from_file(each, folder, today()) for each in stacks}
    kinds = {each: type(context.settings) for each, context in contexts.items()}
    found = {each: setting_words(kind, path) for each, kind in kinds.items()}
    having = {each: text for each, text in found.items() if text is not None}
    if not having:
        raise MystiraError(f"STACK: has no setting {path}; seen: {stack}; allowed: {', '.join(_with(path, folder))}")
    settings = {each: effective(contexts[each].settings) for each in having}
    readers: dict[str, list[str]] = {}
    for each in having:
        for part, read in reads(contexts[each]).items():
            if covers(path, read) or any(covers(one, frozenset({path})) or _alike(path, one) for one in read):
                readers.setdefault(part, []).append(each)
    report = SettingReport(
        words=next(iter(having.values())),
        values={each: values[path] for each, values in settings.items() if path in values},
        read_by={part: tuple(names) for part, names in readers.items()},
        effects=None if value is None else tuple(_tried(path, stack, folder, value)),
    )
    if as_json:
        print_json(report)
        return
    for line in _setting_lines(report, stack, folder, list(having), value):
        say(line)


def _alike(path: str, other: str) -> bool:
    """Whether two paths differ in the key of an entry only: what reads the one entry reads the other once it is
    there."""
    mine, others = path.split("."), other.split(".")
    differing = [number for number, pair in enumerate(zip(mine, others, strict=False)) if pair[0] != pair[1]]
    return len(mine) == len(others) > 2 and len(differing) == 1 and 0 < differing[0] < len(mine) - 1


def _tried(path: str, stack: str, folder: Path, value: str) -> Iterator[Effect]:
    """What another value would change in a stack. Raises ``InvalidInput`` for one that its plan refuses."""
    if not stack:
        raise MystiraError(f"STACK: missing; seen: --try {value}; allowed: {', '.join(_with(path, folder))}")
    before = _recording(stack, configuration(stack, folder), folder)
    changed = with_value(configuration(stack, folder), path, _parsed(value))
    yield from effects(before, _recording(stack, changed, folder))


def _recording(stack: str, config: Mapping[str, Any], folder: Path) -> Recording:
    with with_lines(folder):
        return recording_of(make_plan(context_from(stack, load(stack, config), folder, today())))


def _parsed(value: str) -> Any:
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise MystiraError(f"--try: not YAML; seen: {value}; {said}; allowed: a value as in a settings file") from None


def _setting_lines(
    report: SettingReport, stack: str, folder: Path, having: list[str], tried: str | None
) -> Iterator[str]:
    found = report.words
    yield f"{found.path}: {found.description}".rstrip(": ")
    if found.type:
        more = f", and {len(found.allowed) - MOST} more" if len(found.allowed) > MOST else ""
        allowed = f": {', '.join(found.allowed[:MOST])}{more}" if found.allowed else ""
        yield f"  type: {found.type}{allowed}"
    if found.fields:
        yield f"  in it: {', '.join(found.fields)}"
    else:
        for each in having:
            value = report.values.get(each)
            yield f"  {each}: {shown(value)}{_place(each, found.path, value, folder)}"
    if found.path in NAMES:
        yield "  in every name (docs/naming.md)"
    readers = [f"{part} ({', '.join(stacks)})" for part, stacks in report.read_by.items()]
    yield f"  read by: {', '.join(readers) or 'no part; the plan as a whole or its checks'}"
    if report.effects is None:
        if not found.fields:
            yield f"  what another value changes: mystira explain {found.path} {stack or having[0]} --try VALUE"
        return
    count = len(report.effects)
    yield f"  with {tried} {stack} has {count or 'no'} {'difference' if count == 1 else 'differences'}"
    yield from (f"    {each.line}" for each in report.effects)


def _place(stack: str, path: str, value: Effective | None, folder: Path) -> str:
    """The line of a setting that is in the file."""
    if value is None or value.default:
        return ""
    (found,) = placed([Problem(f"{file_name(stack)}: {NAMESPACE}:{path}", "")], folder)
    return f" ({file_name(stack)}:{found.line})" if found.line else ""


def _stack_of(word: str, stacks: Iterable[str], folder: Path) -> str:
    """The stack that a word is about by itself: a URN says it, and physical names are of one stack only."""
    if word.startswith("urn:pulumi:"):
        stack = word.split(":")[2]
        (stack,) = chosen([stack], folder)
        return stack
    parts = {each.lower() for each in word.split("/")}
    found = []
    for each in stacks:
        plan = plan_of(each, folder, today())
        names = {name.lower() for part in plan.parts.values() for name in names_in(part) if "-" in name}
        if names & parts:
            found.append(each)
    if len(found) != 1:
        what = "missing: the word is no setting and does not say which stack it is about"
        raise _unknown(what, word, _all_paths(), f"one of {', '.join(stacks_in(folder))}", where="STACK")
    return found[0]


def _with(path: str, folder: Path) -> Iterator[str]:
    """The stacks that have a setting."""
    kinds = set(kinds_with(path))
    yield from (each for each in stacks_in(folder) if type(from_file(each, folder)) in kinds)


def _all_paths() -> list[str]:
    return [path for kind in SCHEMAS for path in setting_paths(kind)]


def _unknown(what: str, word: str, known: Iterable[str], allowed: str = ALLOWED, where: str = "WORD") -> MystiraError:
    by_lower_case = {each.lower(): each for each in known}
    close = [by_lower_case[each] for each in get_close_matches(word.lower(), by_lower_case, n=OFFERED, cutoff=CLOSE)]
    offer = f"; did you mean {', '.join(close)}?" if close else ""
    return MystiraError(f"{where}: {what}; seen: {word}; allowed: {allowed}{offer}")
