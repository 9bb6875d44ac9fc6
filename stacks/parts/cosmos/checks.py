"""What Azure or a rule of this platform refuses about Cosmos DB."""

from __future__ import annotations

from collections.abc import Iterator

from components.cosmos.facts import AUTOSCALE, RU_MAXIMUM, RU_STEP, SERVERLESS_ACCOUNT, SHARED_CONTAINERS
from components.facts.regions import REGIONS
from components.problems import Problem
from stacks.catalogue.needs.documents import Documents
from stacks.context import Context
from stacks.settings.models import EnvironmentSettings

READ = "docs/runbooks/cosmos.md"

ACCOUNT = "cosmos-account/core"
"""The account, as `mystira:adopt` refers to it."""


def cosmos_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """What Azure refuses, what contradicts itself, and an archive without a place for it."""
    cosmos, storage = context.settings.cosmos, context.settings.storage
    path = context.path("cosmos.export_container")
    if cosmos.lifecycle != "active" and cosmos.export_container is None:
        what = "missing: once services stop writing, their documents are exported to a blob container"
        yield Problem(path, what, "", "a container of mystira:storage", READ)
    if cosmos.export_container is not None and cosmos.export_container not in storage.containers:
        yield Problem(path, "no such blob container", cosmos.export_container, ", ".join(storage.containers))
    if cosmos.lifecycle == "removed":
        return
    if cosmos.periodic_backup is not None and ACCOUNT not in context.settings.adopt:
        what, allowed = "a new account has continuous backup", f"no such entry, or mystira:adopt.{ACCOUNT}"
        yield Problem(context.path("cosmos.periodic_backup"), what, "", allowed, READ)
    yield from _capacity_problems(context)
    yield from _region_problems(context)
    for service in context.catalogue:
        for need in service.needs:
            for name in need.containers if isinstance(need, Documents) else ():
                if name not in cosmos.containers:
                    what, allowed = f"missing: {service.key} writes {name}", ", ".join(cosmos.containers)
                    yield Problem(context.path("cosmos.containers"), what, "", allowed)
    taken: dict[str, str] = {}
    for name in cosmos.containers:
        other = taken.setdefault(name.lower(), name)
        if other != name:
            what = f"differs from {other} only in case"
            yield Problem(context.path(f"cosmos.containers.{name}"), what, name, "names that differ in more than case")


def _capacity_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    cosmos, path = context.settings.cosmos, context.path("cosmos.maximum_throughput")
    most = cosmos.maximum_throughput
    if cosmos.capacity == "serverless":
        if most is not None:
            what = "a serverless account has no throughput"
            yield Problem(path, what, str(most), "no such entry", SERVERLESS_ACCOUNT)
        if cosmos.replicate:
            what = "a serverless account has one region"
            yield Problem(context.path("cosmos.replicate"), what, "true", "capacity: autoscale", SERVERLESS_ACCOUNT)
        return
    if most is None:
        yield Problem(path, "missing: an autoscale account needs a ceiling", "", "RU/s", AUTOSCALE)
    elif not RU_STEP <= most <= RU_MAXIMUM or most % RU_STEP:
        allowed = f"{RU_STEP} to {RU_MAXIMUM} in steps of {RU_STEP}"
        yield Problem(path, "not an autoscale ceiling that Azure accepts", str(most), allowed, AUTOSCALE)
    if len(cosmos.containers) > SHARED_CONTAINERS:
        what, seen = "too many containers to share one throughput", str(len(cosmos.containers))
        yield Problem(context.path("cosmos.containers"), what, seen, f"at most {SHARED_CONTAINERS}", AUTOSCALE)


def _region_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    azure, cosmos = context.settings.azure, context.settings.cosmos
    if cosmos.replicate and azure.secondary_region == azure.region:
        path, what = context.path("azure.secondary_region"), "the secondary region must differ from the primary"
        yield Problem(path, what, azure.secondary_region, f"not {azure.region}")
    if cosmos.zone_redundant and not REGIONS[azure.region].zones:
        path, allowed = context.path("cosmos.zone_redundant"), "false, or a region with zones"
        yield Problem(path, f"{azure.region} has no zones", "true", allowed)
