"""Rules that ask the workspace: services, stores, vaults, and the workspace itself."""

from __future__ import annotations

from typing import Any

from stacks.parts.alerts.burn import BURN
from stacks.parts.alerts.query import QueryRule

ROADMAP = "the roadmap's own figure"
ONCE = "what it asks for is written once, some minutes late: a wide window misses nothing and delays nothing"
RELEASE = "the last release of the service"


def _at_the_edge(settings: Any) -> bool:
    return settings.edge.enabled


def _capped(settings: Any) -> bool:
    return settings.monitoring.daily_cap_gb is not None


SERVICES = (
    QueryRule(
        id="errorrate",
        kind="application-insights",
        measure="FailedPercent",
        threshold=5,
        severity=1,
        source=f"{ROADMAP}; the estate's SLO page (5xx, five minutes)",
        requirements=("S3-067", "S1-069"),
        means="A service fails more than one request in twenty.",
        look=f"`exceptions` and `dependencies` of the service; {RELEASE}.",
        remedy="Roll it back: docs/runbooks/app-service.md, docs/runbooks/aks.md; else mend what it waits for.",
        window="PT5M",
    ),
    QueryRule(
        id="slow",
        kind="application-insights",
        measure="SlowPercent",
        threshold=5,
        severity=2,
        source=f"{ROADMAP} (P95 above two seconds)",
        requirements=("S3-068", "S1-069"),
        means="One request in twenty takes longer than two seconds.",
        look="Durations of its dependencies; `pgcpu`, `cosmosthrottled`, `plancpu`, `nodecpu`.",
        remedy="What it waits for; else more replicas (`mystira:services`, `mystira:hosting.app.maximum`).",
    ),
    QueryRule(
        id="exceptions",
        kind="application-insights",
        measure="Exceptions",
        threshold=10,
        severity=2,
        source=ROADMAP,
        requirements=("S3-069", "S1-069"),
        means="A service reports more than ten exceptions in five minutes.",
        look=f"AppExceptions of the service by ProblemId; {RELEASE}.",
        remedy="Mend it, or roll it back.",
        window="PT5M",
    ),
    QueryRule(
        id="dependencies",
        kind="application-insights",
        measure="FailedPercent",
        threshold=10,
        severity=2,
        source=ROADMAP,
        requirements=("S3-070", "S1-069"),
        means="One call in ten that a service makes fails.",
        look="AppDependencies of the service by Target and ResultCode.",
        remedy="The alerts of what it calls; who may not is told 401 or 403: docs/roles.md.",
    ),
    QueryRule(
        id="syncfailures",
        kind="application-insights",
        measure="Failures",
        severity=2,
        source=f"{ROADMAP} (everything reaches both stores)",
        requirements=("S1-048", "S2-035"),
        means="Something was written to one store and not to the other.",
        look="AppTraces and AppExceptions of the service in the same minutes; `deadletters`.",
        remedy="It is tried again from its queue; what is left shows in `mismatches`.",
    ),
    QueryRule(
        id="mismatches",
        kind="application-insights",
        measure="Mismatches",
        severity=2,
        source=f"{ROADMAP} (everything is reconciled)",
        requirements=("S2-036", "S2-073", "S2-082"),
        means="Cosmos DB and PostgreSQL do not hold the same.",
        look="The report of the reconciliation in the logs of admin-api.",
        remedy="Write the rows again from the store that leads; stay on it until the count is zero.",
    ),
)

EDGE = (
    QueryRule(
        id="edgeslow",
        kind="front-door-profile",
        measure="SlowPercent",
        threshold=5,
        severity=3,
        source=f"{ROADMAP} (P95 above 200 ms in all places together)",
        requirements=("S1-119",),
        means="One answer in twenty takes the edge longer than 200 ms.",
        look="Tile `edge-hosts` of the workbook performance: which host, and what comes from the cache; `slow` of the "
        "service behind it.",
        remedy="What could be cached; what the service waits for.",
        applies=_at_the_edge,
    ),
)

STORES = (
    QueryRule(
        id="cachehits",
        kind="redis",
        measure="HitPercent",
        operator="LessThan",
        threshold=80,
        severity=3,
        source=ROADMAP,
        requirements=("S1-046",),
        means="Fewer than four lookups in five find something in the cache.",
        look="Metrics cachehits, cachemisses, evictedkeys and expiredkeys; `redismemory`.",
        remedy="Longer lifetimes of what is read most; a larger `mystira:redis.sku` if keys are evicted.",
    ),
    QueryRule(
        id="expiring",
        kind="key-vault",
        severity=2,
        source="Microsoft: Azure Key Vault logging (30 days before)",
        means="A secret, key or certificate ends within thirty days.",
        look="`mystira secrets STACK`: which, and its owner.",
        remedy="Renew it: docs/runbooks/secrets.md.",
        window="PT1H",
        frequency="PT15M",
        wide=ONCE,
    ),
    QueryRule(
        id="expired",
        kind="key-vault",
        severity=2,
        source="Microsoft: Azure Key Vault logging",
        means="A secret, key or certificate has ended.",
        look="`mystira secrets STACK`: which, and who reads it.",
        remedy="Renew it and restart its reader: docs/runbooks/secrets.md.",
        window="PT1H",
        frequency="PT15M",
        wide=ONCE,
    ),
)

WORKSPACE = (
    QueryRule(
        id="ingestion",
        kind="log-analytics-workspace",
        measure="Gigabytes",
        threshold=1,
        severity=3,
        source=f"{ROADMAP}; Microsoft: Analyze usage in a Log Analytics workspace",
        requirements=("S3-071", "S1-069"),
        means="The workspace took more than a gigabyte within an hour.",
        look="Usage by DataType, then the table by _ResourceId.",
        remedy="A lower level of logs or a sample, where it comes from; else docs/runbooks/costs.md.",
        window="PT1H",
        frequency="PT15M",
        by_resource=False,
        wide="what is counted is an hour",
        fixed=True,
    ),
    QueryRule(
        id="dailycap",
        kind="log-analytics-workspace",
        severity=2,
        source="AKS baseline, control 36; Microsoft: Set daily cap on Log Analytics workspace",
        means="The workspace takes no more until tomorrow: every rule about logs is blind.",
        look="`ingestion`; Usage by DataType.",
        remedy="Stop what is too loud; raise `mystira:monitoring.daily_cap_gb` and bring the stack up.",
        window="PT1H",
        by_resource=False,
        wide=ONCE,
        applies=_capped,
    ),
)

QUERY_RULES: tuple[QueryRule, ...] = (*SERVICES, *BURN, *EDGE, *STORES, *WORKSPACE)
