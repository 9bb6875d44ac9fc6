"""The verdict, the errors, what is replaced, what changes, what policies say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from components.facts.keeping import KEPT
from components.facts.types import REGISTERED_TYPES
from components.facts.words import by_product, word_of
from stacks.reports.events import Action, Change, Message, Run, name_of
from stacks.reports.gate import said
from stacks.reports.review.section import Section, rows
from stacks.reports.review.subject import Subject
from stacks.reports.values import differences

SECRET = REGISTERED_TYPES["key-vault-secret"].token
REFUSALS = 10
"""Refusals of the gate in the first lines; “Replaced and deleted” has all."""
NAMED = 8
"""Secrets whose names are written out."""
LONGEST_MESSAGE = 1500
"""Characters of one message of the engine."""

_PAST = {
    Action.REPLACE: "replaced",
    Action.DELETE: "deleted",
    Action.UPDATE: "updated",
    Action.IMPORT: "taken over",
    Action.CREATE: "created",
}


def verdict(subject: Subject) -> Section:
    """The first lines: error, refused or passes, and how much changes."""
    mark = f"<!-- mystira report {subject.stack} -->"
    word = "refused" if subject.refused else "error" if subject.error else "passes"
    return Section("", (mark, f"## {subject.stack}: {word}", "", *_reasons(subject)))


def _reasons(subject: Subject) -> Iterator[str]:
    run = subject.run
    if run is None or not run.succeeded:
        yield "**Error**: the preview failed. What it would change is not known, or only in part."
    elif not run.changes:
        yield "No resource changes."
    else:
        counts = Counter(each.action for each in run.changes)
        yield "; ".join(f"{counts[action]} {_PAST[action]}" for action in Action if counts[action]) + "."
    refused = [each for each in (subject.verdict.refusals if subject.verdict else ()) if each.key]
    yield from (f"- **Refused**: {each.text}" for each in refused[:REFUSALS])
    if len(refused) > REFUSALS:
        yield f"- **Refused**: {len(refused) - REFUSALS} more, below"
    for policy, count in Counter(
        each.policy for each in (run.violations if run else ()) if each.level == "mandatory"
    ).items():
        yield f"- **Refused**: policy `{policy}`, {count} resource{'s' if count > 1 else ''}"


def errors(subject: Subject) -> Section:
    """Why there is no preview: problems of the settings, errors of the engine."""
    found = [*subject.problems, *(_message(each) for each in (subject.run.errors if subject.run else ()))]
    lines = [line for text in dict.fromkeys(found) for line in _quoted(text)]
    if subject.error and not lines:
        lines = ["- the engine gave no reason; its log has what it printed"]
    return Section("Errors", tuple(lines))


def warnings(subject: Subject) -> Section:
    """What the engine or the program warned of."""
    found = (_message(each) for each in (subject.run.warnings if subject.run else ()))
    return Section("Warnings", tuple(line for text in dict.fromkeys(found) for line in _quoted(text)), folded=True)


def _message(message: Message) -> str:
    return f"`{name_of(message.urn)}`: {message.text}" if message.urn else message.text


def _quoted(text: str) -> Iterator[str]:
    """A message as an item of a list, its further lines below it."""
    cut = text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]} …"
    first, *further = cut.splitlines() or [""]
    yield f"- {first}"
    yield from (f"  {line}" for line in further)


def replaced(subject: Subject) -> Section:
    """Everything that is replaced or deleted, with what that loses."""
    found = sorted(_of(subject.run, Action.REPLACE, Action.DELETE), key=lambda each: each.kind not in KEPT)
    return Section("Replaced and deleted", tuple(f"- {_about(each)}" for each in found))


def _about(change: Change) -> str:
    row = next((row for row in REGISTERED_TYPES.values() if row.token == change.token), None)
    loss = KEPT.get(change.kind) or (row.replacement_cost if row and change.action is Action.REPLACE else "")
    return f"{said(change)}: {loss}" if loss else said(change)


def fixed(subject: Subject) -> Section:
    """Updates of what Azure takes at creation only: azure-native tries them, Azure refuses or ignores them."""
    lines = [
        f"- {each.kind} {each.name}: Azure takes {path} at creation only ({source}): it refuses or ignores the update"
        for each in _of(subject.run, Action.UPDATE)
        for path, source in _creation_only(each)
    ]
    return Section("Updates that Azure does not make", tuple(lines))


def _creation_only(change: Change) -> Iterator[tuple[str, str]]:
    for each in REGISTERED_TYPES[change.kind].creation_only if change.kind else ():
        if not each.replaces and any(f"{cause}.".startswith(f"{each.path}.") for cause in change.causes):
            yield each.path, each.source


def changes(subject: Subject) -> Section:
    """What changes, component by component; secrets are one line."""
    found = _of(subject.run, *Action)
    secrets = [each for each in found if each.token == SECRET]
    components: dict[str, list[Change]] = {}
    for each in found:
        if each.token != SECRET:
            components.setdefault(each.component or "no component", []).append(each)
    lines = [line for name, inside in sorted(components.items()) for line in _component(name, inside)]
    return Section("What changes", (*lines, *_secrets(secrets)))


def _component(name: str, inside: Sequence[Change]) -> Iterator[str]:
    yield f"- **{name}**"
    for action in Action:
        of_action = [each for each in inside if each.action is action]
        if action not in (Action.UPDATE, Action.REPLACE):
            counts = by_product(each.token for each in of_action)
            if counts:
                counted = "; ".join(f"{product}: {words}" for product, words in counts.items())
                yield f"  - {_PAST[action]}: {counted}"
            continue
        for each in of_action:
            word = word_of(each.token)
            details = ", ".join(f"`{difference}`" for difference in differences(each))
            yield f"  - {_PAST[action]}: {word.product} {word.one} {each.name}{f': {details}' if details else ''}"


def _secrets(secrets: Sequence[Change]) -> Iterator[str]:
    if secrets:
        counts = Counter(each.action for each in secrets)
        counted = ", ".join(f"{counts[action]} {_PAST[action]}" for action in Action if counts[action])
        names = sorted(each.name for each in secrets)
        more = ", …" if len(names) > NAMED else ""
        yield f"- **Secrets**: {counted} ({', '.join(names[:NAMED])}{more})"


def policies(subject: Subject) -> Section:
    """What policies say, by their ids, the mandatory ones first."""
    run = subject.run
    if run is None:
        return Section("Policies", ())
    if not run.packs and not run.violations:
        return Section("Policies", ("No policy pack ran.",))
    found = sorted(run.violations, key=lambda each: (each.level != "mandatory", each.policy, each.urn))
    listed = rows(
        ("policy", "level", "resource", "what"),
        ((f"`{each.policy}`", each.level, name_of(each.urn) or "the stack", each.text) for each in found),
    )
    packs = ", ".join(f"{name} {version}".strip() for name, version in run.packs.items())
    count = f"{packs or 'A policy pack'}: {len(found)} violation{'' if len(found) == 1 else 's'}."
    return Section("Policies", (count, "", *listed) if found else (count,))


def _of(run: Run | None, *actions: Action) -> list[Change]:
    return [each for each in (run.changes if run else ()) if each.action in actions]
