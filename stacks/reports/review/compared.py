"""What differs from the base: roles, secrets, network paths, hosts, capacity; and what a person has to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stacks.reports.events import Action
from stacks.reports.review.section import ADDED, REMOVED, Section, rows
from stacks.reports.review.subject import Subject
from stacks.reports.tables import HEADINGS, compare

READ = "docs/runbooks/identity.md"

DIFFERENCES = (
    ("roles", "Who may do what"),
    ("app_roles", "Roles at applications"),
    ("secrets", "Secrets"),
    ("paths", "Network paths"),
    ("hosts", "Public hosts"),
)
"""Tables that are shown by what differs in them, with their titles."""


def tables(subject: Subject) -> Iterator[Section]:
    """One section a table that differs, and one line about those that do not."""
    head, base = subject.head, subject.base
    if head is None:
        return
    if base is None:
        counts = ", ".join(f"{title.lower()} {len(getattr(head, name))}" for name, title in DIFFERENCES)
        nothing = f"Nothing to compare with: there are no tables of a base. Rows here: {counts}."
        yield Section("Tables", (nothing,))
        return
    same: list[str] = []
    for name, title in DIFFERENCES:
        found = compare(base, head, name)
        if found.same:
            same.append(title.lower())
            continue
        marked = [*((ADDED, *row) for row in found.added), *((REMOVED, *row) for row in found.removed)]
        yield Section(title, rows(("", *HEADINGS[name]), sorted(marked, key=lambda row: row[1:])))
    if same:
        yield Section("", (f"Unchanged: {', '.join(same)}.",))


def capacity(subject: Subject) -> Section:
    """The vCPUs that the pools need, where the change moves them or there is nothing to compare with."""
    head, base = subject.head, subject.base
    if head is None or not head.capacity or (base and (base.capacity, base.pools) == (head.capacity, head.pools)):
        return Section("Capacity", ())
    before = {row[0]: row[1:] for row in base.capacity} if base else {}
    found = ((name, *_moved(before.get(name, row), row)) for name, *row in head.capacity)
    hint = f"vCPUs. `mystira preflight {head.stack}` compares them with the quotas of the subscription."
    return Section("Capacity", (hint, "", *rows(HEADINGS["capacity"], found)))


def _moved(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    for old, new in zip(before, after, strict=True):
        yield new if old == new else f"{old} → {new}"


def ends(subject: Subject) -> Section:
    """Ends of life, and what else is due soon."""
    found = subject.head.ends if subject.head else ()
    return Section("Ends of life", rows(HEADINGS["ends"], found))


def waivers(subject: Subject) -> Section:
    """The waivers that the change adds or drops; all others are only counted."""
    head, base = subject.head, subject.base
    if head is None:
        return Section("Waivers", ())
    old = set(base.waivers) if base else set()
    added = [row for row in head.waivers if row not in old]
    dropped = [row[0] for row in base.waivers if row[0] not in {each[0] for each in head.waivers}] if base else []
    idle = subject.verdict.idle if subject.verdict and subject.run and subject.run.succeeded else ()
    lines = [f"{len(head.waivers)} in use, {len(added) if base else 'all'} of them new or changed here."]
    if dropped:
        lines.append(f"Dropped: {', '.join(dropped)}.")
    lines += [f"- **replacement of {key}** waives nothing in this preview: take it out" for key in idle]
    listed = rows(HEADINGS["waivers"], added)
    return Section("Waivers", (*lines, *([""] if listed else []), *listed))


def person_first(subject: Subject) -> Section:
    """What only a person can bring up, before the pipeline can do the rest (docs/runbooks/identity.md)."""
    return Section("A person applies this first", tuple(f"- {each}" for each in dict.fromkeys(_needed(subject))))


def _needed(subject: Subject) -> Iterator[str]:
    head, base = subject.head, subject.base
    for each in subject.run.changes if subject.run else ():
        if each.kind == "resource-group" and each.action is Action.CREATE:
            yield f"new resource group `{each.name}`: the pipeline has no role in it yet ({READ}, What needs a person)"
    if head is None or base is None:
        return
    for name, id, kind in compare(base, head, "granted").added:
        yield f"role `{name}` ({id}) for a {kind}: the condition of the pipeline does not name it yet ({READ})"
    for row in compare(base, head, "pipelines").added:
        right = "a Graph right: " if row[1].endswith("at Microsoft Graph") else ""
        yield f"{right}pipeline `{row[0]}`: {row[1]} ({READ})"
    for key, do, check, read in compare(base, head, "steps").added:
        yield f"`{key}`: {do} (check: `{check}`; {read})"
