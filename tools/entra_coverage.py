"""docs/offline-coverage.md: what the offline tenants check of every type of object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from components.facts.model import DirectoryType
from components.facts.types import DIRECTORY_TYPES
from offline.azure.reading import Site, Verb, computed, general, refusals
from offline.entra import rights
from offline.entra.behaviour import Behaviour
from offline.entra.codes import CODES
from offline.entra.services.every import BEHAVIOURS, FUNCTIONS
from tests.evidence.entra.explained import BELIEVED
from tests.harness.graph_replay import EVIDENCE, read_back

NOTHING = "none: assumed"
"""What the tables of evidence say of a type that has none."""

INTRODUCTION = """\
## Objects in an Entra tenant

azuread is held against its own source, Microsoft Graph against its documentation and public logs. To every type:

- **Schema**: as above, and what azuread's schema adds: UUIDs, lengths, numbers of items, blocks that exclude others.
- **Comparing**: on the state, as Terraform does: sets have no order, an empty value counts as absent, and what Entra
  fills in stays where the program says nothing.
- **Waiting**: a principal that Entra does not know everywhere yet is asked for again.
- **Rights**: the person who deploys may do everything; an identity has the permissions that it was assigned at Graph.\
"""


@cache
def entra_sites() -> dict[str, list[Site]]:
    """Every place that refuses, by key of its type; what applies to every type by an empty key."""
    found = {"": general([rights.check_read, rights.check_write, *FUNCTIONS.values()], Verb.BOTH)}
    for key, row in DIRECTORY_TYPES.items():
        behaviour = BEHAVIOURS[row.token]
        waits = type(behaviour).awaits is not Behaviour.awaits
        found[key] = [each for each in refusals(behaviour) if waits or each.verb is not Verb.CREATE or _waiting(each)]
    return found


def _waiting(site: Site) -> bool:
    return site.code != "Request_ResourceNotFound"


def entra_section() -> Iterator[str]:
    """The lines of the page that are about objects in a tenant."""
    rows = [rule for each in CODES.values() for rule in each]
    yield INTRODUCTION
    yield ""
    yield f"{_names(site.code for site in entra_sites()[''])} refuse what the login may not."
    yield (f"Of the {len(rows)} rules behind {len(CODES)} codes, {sum(rule.confirmed for rule in rows)} are confirmed.")
    yield ""
    yield "| Type | Held against | Read back |"
    yield "|---|---|---|"
    counts = read_back()
    for key in DIRECTORY_TYPES:
        if key in EVIDENCE:
            read, returned = counts[key]
            yield f"| {key} | {EVIDENCE[key].source.kind}: {EVIDENCE[key].source.where} | {read} of {returned} |"
        else:
            yield f"| {key} | {NOTHING} | {BELIEVED[key]} |"
    yield ""
    yield "`tests/evidence/entra/explained.py` says why the others are not read back."
    yield ""
    for key, row in sorted(DIRECTORY_TYPES.items()):
        yield f"### {key}"
        yield ""
        yield from (f"- {line}" for line in _type(row, BEHAVIOURS[row.token], entra_sites()[key]))
        yield ""
    yield "### Codes of Microsoft Graph"
    yield ""
    yield "| Code | Refused | Source | Confirmed |"
    yield "|---|---|---|---|"
    for code, rules in sorted(CODES.items()):
        for rule in rules:
            yield f"| {code} | {rule.what} | {rule.source} | {'yes' if rule.confirmed else 'no'} |"


def _type(row: DirectoryType, behaviour: Behaviour, found: list[Site]) -> Iterator[str]:
    yield f"imported by `{row.import_id}`; told from others by {_names(row.identified_by)}"
    yield f"read with {_names(row.read)}, written with {_names(row.write)} ({row.source})"
    for verb in Verb:
        codes = [site.code for site in found if site.verb is verb]
        if codes:
            yield f"refused at {verb}: {_names(codes)}"
    if row.creation_only:
        yield f"replaced for: {_names(each.path for each in row.creation_only)}"
    if behaviour.shape.defaults:
        yield f"azuread's defaults: {_names(sorted(behaviour.shape.defaults))}"
    if behaviour.shape.sets:
        yield f"sets, without an order: {_names(sorted(behaviour.shape.sets))}"
    if behaviour.shape.kept:
        yield f"stay as they are where the program says nothing: {_names(sorted(behaviour.shape.kept))}"
    made = computed(behaviour, ("computed", "observed"))
    if made:
        yield f"computed or filled in by Entra: {_names(made)}"
    if row.unique_name:
        when = "at a preview and at the request" if behaviour.seeks_name_at_preview else "at the request only"
        yield f"azuread refuses a second object of the same name where `preventDuplicateNames` is set, {when}"
    if behaviour.kept_days:
        yield f"can be restored for {behaviour.kept_days} days after it is deleted"
    usual = row.duration
    yield f"created in about {usual.minutes:g} min, timeout {usual.timeout_minutes} min ({usual.source})"


def _names(words: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in dict.fromkeys(words) if each)
