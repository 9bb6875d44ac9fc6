"""The public DNS zone: what parts want in it, as record sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from components.dns.facts import APEX, RECORD_TYPES, TEXT_LIMIT
from components.dns.spec import RecordSetSpec
from components.facts.types import RESOURCE_TYPES
from components.naming.rules import check_name
from components.problems import Problem
from stacks.context import Context
from stacks.parts.part import AnyPart, Wish
from stacks.parts.records import Record, RecordSet

READ = "Microsoft: DNS zones and records overview"
ROW = RESOURCE_TYPES["dns-record-set"]


def record_sets(context: Context[Any], parts: Sequence[AnyPart]) -> tuple[RecordSet, ...]:
    """One set for each name and type, in the order of the names; the records of a set are in that of the parts."""
    records = sorted(
        (record for part in parts for record in part.records(context)), key=lambda each: (each.name, each.type)
    )
    return tuple(
        RecordSet(RecordSetSpec(name, kind, first.ttl), (first, *rest))
        for (name, kind), (first, *rest) in groupby(records, key=lambda each: (each.name, each.type))
    )


def record_wishes(context: Context[Any], parts: Sequence[AnyPart]) -> Iterator[Wish]:
    """The products that are values of records."""
    for part in parts:
        for record in part.records(context):
            if record.reference:
                yield Wish(record.reference, f"plan: {part.key}: {_title(record)}")


def record_problems(context: Context[Any], parts: Sequence[AnyPart]) -> Iterator[Problem]:
    """What Azure or DNS itself refuses about the records of all parts together."""
    sets = record_sets(context, parts)
    for each in sets:
        yield from _own_problems(each)
    names = {each.spec.name for each in sets if each.spec.type == "CNAME"}
    for each in sets:
        if each.spec.name in names and each.spec.type != "CNAME":
            yield Problem(_path(each), "the name has a CNAME", each.spec.type, "nothing next to a CNAME", READ)


def _own_problems(records: RecordSet) -> Iterator[Problem]:
    spec, path = records.spec, _path(records)
    yield from check_name(ROW, spec.name, path)
    if spec.type not in RECORD_TYPES:
        yield Problem(path, "unknown type", spec.type, ", ".join(RECORD_TYPES), READ)
    lifetimes = sorted({each.ttl for each in records.records})
    if len(lifetimes) > 1:
        yield Problem(path, "one set, several lifetimes", ", ".join(map(str, lifetimes)), "one TTL", READ)
    values = [each.value or each.reference for each in records.records]
    if len(set(values)) < len(values):
        yield Problem(path, "a value occurs twice", ", ".join(values), "each value once", READ)
    if spec.type == "CNAME" and len(values) > 1:
        yield Problem(path, "a CNAME has one value", ", ".join(values), "one value", READ)
    if spec.type == "CNAME" and spec.name == APEX:
        yield Problem(path, "a zone itself cannot have a CNAME", spec.name, "a name below the zone", READ)
    for each in records.records:
        if bool(each.value) == bool(each.reference):
            yield Problem(path, "a record has a value or a reference", str(each), "one of the two")
        if spec.type == "TXT" and len(each.value) > TEXT_LIMIT:
            seen, allowed = f"{len(each.value)} characters", f"at most {TEXT_LIMIT}"
            yield Problem(path, "the text is too long for one string", seen, allowed, READ)


def _title(record: Record) -> str:
    return f"record {record.name} {record.type}"


def _path(records: RecordSet) -> str:
    return f"plan: {_title(records.records[0])}"
