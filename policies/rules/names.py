"""Names, tags and regions: what every resource has in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from components.facts.model import Naming, ResourceType
from components.facts.regions import REGIONS
from components.facts.types import RESOURCE_TYPES
from components.naming.rules import ENVIRONMENTS, MANAGED_BY, PROJECT_TAG, REQUIRED_TAGS, check_name
from policies.conditions import either, present, that
from policies.model import Rule, Severity
from policies.values import MISSING, UNKNOWN, Resource

NAMED = tuple(RESOURCE_TYPES)
TAGGED = tuple(key for key, row in RESOURCE_TYPES.items() if row.taggable)

FIXED_TAGS = {"ManagedBy": (MANAGED_BY,), "Project": (PROJECT_TAG,), "Environment": ENVIRONMENTS}


def _name(resource: Resource) -> Iterator[Any]:
    row = resource.row
    if not isinstance(row, ResourceType):
        return
    name = resource.value(row.name_input)
    if name is UNKNOWN and row.naming is not Naming.PRINCIPAL:
        yield f"{row.name_input}: not a plain string, so that Pulumi would draw a name"
    elif name is MISSING:
        yield f"{row.name_input}: not set"
    elif isinstance(name, str) and not resource.kept:
        for problem in check_name(row, name, row.name_input):
            yield f"{problem.path}: {problem.what}: {problem.seen}, allowed: {problem.allowed}"


def _tags(resource: Resource) -> Iterator[Any]:
    if resource.value("tags") is UNKNOWN:
        yield UNKNOWN
        return
    for tag in REQUIRED_TAGS:
        value = resource.value(f"tags.{tag}")
        if value is UNKNOWN:
            yield UNKNOWN
        elif value is MISSING or not value:
            yield f"tags.{tag}: not set"
        elif value not in FIXED_TAGS.get(tag, (value,)):
            yield f"tags.{tag}: {value}"


RULES = (
    Rule(
        key="name",
        severity=Severity.HIGH,
        demands="every name follows the convention and Azure's own limits",
        risk="A name outside the convention cannot be found, looks like that of another environment, and stays.",
        fix="Let components/naming build the name; a live resource with another one is taken over by mystira:adopt.",
        kinds=NAMED,
        check=_name,
        answers=(
            "AZR-000007",
            "AZR-000120",
            "AZR-000201",
            "CKV_AZURE_43",
            "MCSB AM-1",
        ),
    ),
    Rule(
        key="tags",
        severity=Severity.MEDIUM,
        demands="everything that takes tags has the six of the platform",
        risk="Without its tags nobody knows whose a resource is, what it costs whom, and whether it may go.",
        fix="Take the tags of the plan (Context.tags): CostCenter, Environment, ManagedBy, Project, Service, Team.",
        kinds=TAGGED,
        check=_tags,
        answers=("AZR-000166", "MCSB AM-1"),
    ),
    Rule(
        key="region",
        severity=Severity.HIGH,
        demands="resources are in the platform's regions",
        risk="Data in a region that nobody chose may be outside the law that it is under, and far from who reads it.",
        fix="Use a region of components/facts/regions, from mystira:azure.",
        kinds=tuple(key for key, row in RESOURCE_TYPES.items() if row.taggable),
        check=that("location", lambda location: location in REGIONS, missing=True),
        answers=("AZR-000167", "Azure.ACR.ReplicaLocation", "Azure.Log.ReplicaLocation", "MCSB AM-2"),
    ),
    Rule(
        key="unique-display-name",
        severity=Severity.MEDIUM,
        demands="a second application or group of one display name is refused",
        risk="Entra takes two objects of one name, and a person grants rights to the wrong one.",
        fix="Set preventDuplicateNames.",
        kinds=("application", "group"),
        check=that("preventDuplicateNames", lambda value: value is True),
        answers=("MCSB AM-1",),
    ),
    Rule(
        key="lock-note",
        severity=Severity.LOW,
        demands="a lock says why it is there",
        risk="Whoever meets a lock without a word removes it.",
        fix="Set notes.",
        kinds=("management-lock",),
        check=either(present("notes")),
        answers=("MCSB AM-4",),
    ),
)
