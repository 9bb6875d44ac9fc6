"""What each rule with a query fires on, and what it keeps quiet on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.harness.kusto import requests
from tests.harness.log_tables import Row

Rows = Callable[[str], Sequence[Row]]
"""The rows of one resource, by its id."""


@dataclass(frozen=True)
class Case:
    """Rows of a table about a resource."""

    table: str
    wrong: Rows
    """The rule fires for it."""
    well: Sequence[Rows]
    """The rule keeps quiet, each time."""


def row(resource: str, **columns: Any) -> Row:
    """A row of two minutes ago."""
    return {"TimeGenerated": 2, "_ResourceId": resource, **columns}


FAILED = {"Success": False, "ResultCode": "500"}
SECRET = {"OperationName": "SecretNearExpiryEventGridNotification"}


def exceptions(resource: str, count: int, **more: Any) -> Row:
    return row(resource, **{"ItemCount": count, "SyntheticSource": "", **more})


def calls(resource: str, count: int, **more: Any) -> Row:
    columns = {"ItemCount": count, "Success": True, "DependencyType": "SQL", "SyntheticSource": ""}
    return row(resource, **{**columns, **more})


def lookups(resource: str, hits: float, misses: float, provider: str = "MICROSOFT.CACHE") -> list[Row]:
    return [
        row(resource, ResourceProvider=provider, MetricName="cachehits", Total=hits),
        row(resource, ResourceProvider=provider, MetricName="cachemisses", Total=misses),
    ]


def metric(resource: str, name: str, total: float, **more: Any) -> Row:
    return row(resource, **{"Name": name, "Sum": total, "ItemCount": 1, "SyntheticSource": "", **more})


TESTED = "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0; AppInsights)"
"""As what availability tests come to a host (NuGet/NuGet.Jobs: StatisticsParser.cs; that standard tests come as the
same is believed)."""


def answers(resource: str, count: int, seconds: float, **more: Any) -> list[Row]:
    """So many lines of Front Door's access log."""
    line = {"Category": "FrontDoorAccessLog", "httpStatusCode_s": "200", "userAgent_s": "Mozilla/5.0"}
    return [row(resource, **{**line, "timeTaken_s": f"{seconds:.3f}", **more})] * count


def used(megabytes: float, hours: int, *, billed: bool = True) -> Row:
    return {"TimeGenerated": 60 * hours - 30, "StartTime": 60 * hours, "Quantity": megabytes, "IsBillable": billed}


SYNC, MISMATCHES = "mystira.sync.failures", "mystira.reconciliation.mismatches"

CASES: Mapping[str, Case] = {
    "errorrate": Case(
        "AppRequests",
        lambda r: [requests(r, 94), requests(r, 6, **FAILED)],
        (
            lambda r: [requests(r, 95), requests(r, 5, **FAILED)],
            # What a caller did wrong, what a test sent, too few, too long ago.
            lambda r: [requests(r, 94), requests(r, 6, Success=False, ResultCode="404")],
            lambda r: [requests(r, 94), requests(r, 6, **FAILED, SyntheticSource="Availability")],
            lambda r: [requests(r, 10), requests(r, 9, **FAILED)],
            lambda r: [requests(r, 94), requests(r, 6, **FAILED, TimeGenerated=6)],
            lambda r: [],
        ),
    ),
    "slow": Case(
        "AppRequests",
        lambda r: [requests(r, 94), requests(r, 6, DurationMs=2001.0)],
        (
            lambda r: [requests(r, 95), requests(r, 5, DurationMs=9000.0)],
            lambda r: [requests(r, 94), requests(r, 6, DurationMs=2000.0)],
            lambda r: [requests(r, 94), requests(r, 6, DurationMs=60000.0, ResultCode="101")],
            lambda r: [requests(r, 94), requests(r, 6, DurationMs=9000.0, SyntheticSource="Availability")],
            lambda r: [requests(r, 19, DurationMs=9000.0)],
        ),
    ),
    "exceptions": Case(
        "AppExceptions",
        lambda r: [exceptions(r, 1), exceptions(r, 10)],
        (
            lambda r: [exceptions(r, 10)],
            lambda r: [exceptions(r, 1), exceptions(r, 10, SyntheticSource="Availability")],
            lambda r: [exceptions(r, 1), exceptions(r, 10, TimeGenerated=6)],
        ),
    ),
    "dependencies": Case(
        "AppDependencies",
        lambda r: [calls(r, 89), calls(r, 11, Success=False)],
        (
            lambda r: [calls(r, 90), calls(r, 10, Success=False)],
            lambda r: [calls(r, 89), calls(r, 11, Success=False, DependencyType="InProc")],
            lambda r: [calls(r, 19, Success=False)],
        ),
    ),
    "syncfailures": Case(
        "AppMetrics",
        lambda r: [metric(r, SYNC, 0), metric(r, SYNC, 1)],
        (
            lambda r: [metric(r, SYNC, 0)],
            lambda r: [metric(r, MISMATCHES, 3)],
            lambda r: [metric(r, SYNC, 1, TimeGenerated=16)],
        ),
    ),
    "mismatches": Case(
        "AppMetrics",
        lambda r: [metric(r, MISMATCHES, 2)],
        (lambda r: [metric(r, MISMATCHES, 0)], lambda r: [metric(r, SYNC, 3)]),
    ),
    "edgeslow": Case(
        "AzureDiagnostics",
        lambda r: [*answers(r, 94, 0.2), *answers(r, 6, 0.201)],
        (
            lambda r: [*answers(r, 95, 0.02), *answers(r, 5, 9)],
            lambda r: [*answers(r, 94, 0.02), *answers(r, 6, 9, httpStatusCode_s="101")],
            lambda r: [*answers(r, 94, 0.02), *answers(r, 6, 9, Category="FrontDoorHealthProbeLog")],
            lambda r: [*answers(r, 94, 0.02), *answers(r, 6, 9, userAgent_s=TESTED)],
            lambda r: [*answers(r, 94, 0.02), *answers(r, 6, 9, TimeGenerated=16)],
            lambda r: answers(r, 19, 9),
        ),
    ),
    "cachehits": Case(
        "AzureMetrics",
        lambda r: lookups(r, 79, 21),
        (
            lambda r: lookups(r, 80, 20),
            lambda r: lookups(r, 1, 18),
            lambda r: lookups(r, 0, 100, provider="MICROSOFT.OTHER"),
        ),
    ),
    "expiring": Case(
        "AZKVAuditLogs",
        lambda r: [row(r, **SECRET), row(r, OperationName="SecretGet")],
        (
            lambda r: [row(r, OperationName="SecretExpiredEventGridNotification")],
            lambda r: [row(r, **{**SECRET, "TimeGenerated": 61})],
        ),
    ),
    "expired": Case(
        "AZKVAuditLogs",
        lambda r: [row(r, OperationName="KeyExpiredEventGridNotification")],
        (lambda r: [row(r, **SECRET)],),
    ),
    "ingestion": Case(
        "Usage",
        lambda _: [used(600, 2), used(401, 2)],
        (
            lambda _: [used(600, 2), used(400, 2)],
            lambda _: [used(600, 1), used(600, 2)],
            lambda _: [used(600, 2), used(500, 2, billed=False)],
            lambda _: [used(2000, 5)],
        ),
    ),
    "dailycap": Case(
        "_LogOperation",
        # The column Operation is an id in some workspaces.
        lambda r: [
            row(
                r,
                Category="Ingestion",
                Operation="995abe77-99ad-4625-9b17-10f3023cc330",
                Detail="Data collection stopped due to daily limit of free data reached. Ingestion status = OverQuota",
            )
        ],
        (lambda r: [row(r, Category="Ingestion", Operation="Data collection Status", Detail="The rate is high")],),
    ),
}
