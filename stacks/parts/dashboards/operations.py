"""Workbooks for whoever runs the platform: what is well, what is full, what is slow."""

from __future__ import annotations

from stacks.parts.dashboards.tile import COMPONENT, MOST, SUM, Tile, Workbook, metrics

SERVICE = "tostring(split(_ResourceId, '/')[-1])"
"""The component that a row belongs to."""

OURS = "where _ResourceId has_any ({names}) and isempty(SyntheticSource)"

SERVICE_HEALTH = Workbook(
    key="service-health",
    title="Service health",
    about="Which service fails, and at what. Alerts about it: docs/runbooks/alerts.md.",
    hours=4,
    tiles=(
        Tile(
            key="services",
            title="Requests, failures and latency of each service",
            kind=COMPONENT,
            by_hand=True,
            text=f"""\
AppRequests
| {OURS}
| summarize Requests = sum(ItemCount), Failed = sumif(ItemCount, Success == false),
    P95Milliseconds = percentilew(DurationMs, ItemCount, 95) by Service = {SERVICE}
| extend FailedPercent = round(100.0 * Failed / Requests, 2)
| order by FailedPercent desc""",
            requirements=("S3-074", "S3-186"),
        ),
        Tile(
            key="hosts",
            title="Public hosts, as seen from outside",
            kind="web-test",
            shown="timechart",
            text="""\
AppAvailabilityResults
| where Name in~ ({names})
| summarize UpPercent = 100.0 * countif(Success) / count() by bin(TimeGenerated, 15m), Name
| order by TimeGenerated asc""",
        ),
        Tile(
            key="exceptions",
            title="Exceptions",
            kind=COMPONENT,
            by_hand=True,
            text=f"""\
AppExceptions
| {OURS}
| summarize Count = sum(ItemCount), Last = max(TimeGenerated)
    by Service = {SERVICE}, ExceptionType, OuterMessage
| top 50 by Count desc""",
        ),
        Tile(
            key="dependencies",
            title="What services wait for in vain",
            kind=COMPONENT,
            by_hand=True,
            text=f"""\
AppDependencies
| {OURS}
| summarize Calls = sum(ItemCount), Failed = sumif(ItemCount, Success == false)
    by Service = {SERVICE}, DependencyType, Target
| where Failed > 0
| extend FailedPercent = round(100.0 * Failed / Calls, 2)
| top 50 by Failed desc""",
        ),
        Tile(
            key="pods",
            title="Warnings of the cluster",
            kind="kubernetes-cluster",
            text="""\
KubeEvents
| where ClusterName in~ ({names}) and KubeEventType != 'Normal'
| summarize Times = sum(Count), Last = max(LastSeen) by Namespace, ObjectKind, Name, Reason, Message
| top 50 by Times desc""",
        ),
        metrics("dead-letters", "Messages given up", "service-bus-namespace", ("DeadletteredMessages",), MOST),
    ),
)

INFRASTRUCTURE = Workbook(
    key="infrastructure",
    title="Infrastructure",
    about="How full and how busy everything is that holds data or runs something.",
    shared=True,
    tiles=(
        metrics(
            "postgresql",
            "PostgreSQL: CPU, memory, storage, connections",
            "postgresql-server",
            ("cpu_percent", "memory_percent", "storage_percent", "active_connections"),
            requirements=("S3-075",),
        ),
        metrics("cosmos", "Cosmos DB: request units", "cosmos-account", ("NormalizedRUConsumption",), MOST),
        metrics("redis", "Redis: memory and CPU", "redis", ("usedmemorypercentage", "percentProcessorTime"), MOST),
        metrics(
            "redis-keys", "Redis: hits and misses", "redis", ("cachehits", "cachemisses"), SUM, requirements=("S0-26",)
        ),
        metrics(
            "service-bus", "Service Bus: messages", "service-bus-namespace", ("IncomingMessages", "ActiveMessages")
        ),
        metrics("storage", "Storage: capacity and requests", "storage-account", ("UsedCapacity", "Transactions")),
        metrics("vaults", "Key vaults: requests and availability", "key-vault", ("ServiceApiHit", "Availability")),
        metrics("ai", "AI models: calls and tokens", "ai-account", ("TotalCalls", "TokenTransaction"), SUM),
        metrics("search", "Search: queries and latency", "search-service", ("SearchQueriesPerSecond", "SearchLatency")),
        metrics(
            "cluster",
            "AKS: nodes",
            "kubernetes-cluster",
            ("node_cpu_usage_percentage", "node_memory_working_set_percentage", "node_disk_usage_percentage"),
            MOST,
        ),
        metrics("registry", "Container registry: size", "container-registry", ("StorageUsed",), MOST),
        metrics("zone", "Public DNS: queries", "dns-zone", ("QueryVolume",), SUM),
        Tile(
            key="workspace",
            title="Log Analytics: what is asked, and what fails",
            kind="log-analytics-workspace",
            text="""\
LAQueryLogs
| where _ResourceId has_any ({names})
| summarize Questions = count(), Failed = countif(ResponseCode >= 400), P95 = percentile(ResponseDurationMs, 95),
    ScannedGB = sum(ScannedGB) by RequestClientApp
| order by Questions desc""",
        ),
        metrics("sites", "App Service: CPU and memory", "app-service-plan", ("CpuPercentage", "MemoryPercentage")),
    ),
)

PERFORMANCE = Workbook(
    key="performance",
    title="Performance",
    about="How long things take: P50, P95 and P99. Promised: gRPC P50 below 15 ms and P99 below 40 ms, P95 at the edge "
    "below 200 ms, an event or a call between services below 100 ms, SQL below 50 ms, an API below 500 ms.",
    tiles=(
        Tile(
            key="latency",
            title="Requests by service: P50, P95, P99 (ms)",
            kind=COMPONENT,
            by_hand=True,
            text=f"""\
AppRequests
| {OURS}
| summarize Requests = sum(ItemCount),
    P50 = percentilew(DurationMs, ItemCount, 50), P95 = percentilew(DurationMs, ItemCount, 95),
    P99 = percentilew(DurationMs, ItemCount, 99) by Service = {SERVICE}
| order by P95 desc""",
            requirements=("S0-36", "S1-073", "S1-101", "S3-076", "S3-152"),
        ),
        Tile(
            key="operations",
            title="The slowest operations",
            kind=COMPONENT,
            by_hand=True,
            text=f"""\
AppRequests
| {OURS}
| summarize Requests = sum(ItemCount),
    P50 = percentilew(DurationMs, ItemCount, 50), P95 = percentilew(DurationMs, ItemCount, 95),
    P99 = percentilew(DurationMs, ItemCount, 99) by Service = {SERVICE}, OperationName
| top 30 by P95 desc""",
        ),
        Tile(
            key="grpc",
            title="gRPC to chain: P50 below 15 ms, P99 below 40 ms",
            kind=COMPONENT,
            by_hand=True,
            text=f"""\
AppDependencies
| {OURS} and DependencyType has 'grpc'
| summarize Calls = sum(ItemCount),
    P50 = percentilew(DurationMs, ItemCount, 50), P99 = percentilew(DurationMs, ItemCount, 99)
    by Service = {SERVICE}, Target
| extend Promised = iff(P50 < 15 and P99 < 40, 'kept', 'broken')""",
            requirements=("S1-026", "S1-027"),
        ),
        metrics(
            "edge",
            "Front Door: latency, 200 ms at most",
            "front-door-profile",
            ("TotalLatency", "OriginLatency"),
        ),
        Tile(
            key="edge-hosts",
            title="Front Door by host: P95 below 200 ms",
            kind="front-door-profile",
            text="""\
AzureDiagnostics
| where _ResourceId has_any ({names}) and Category == 'FrontDoorAccessLog'
| where httpStatusCode_s != '101' and userAgent_s !has 'AppInsights'
| extend Milliseconds = 1000 * todouble(timeTaken_s)
| summarize Requests = count(), P50 = percentile(Milliseconds, 50), P95 = percentile(Milliseconds, 95),
    FromCachePercent = round(100.0 * countif(cacheStatus_s has 'HIT') / count(), 1) by Host = hostName_s
| extend Promised = iff(P95 < 200, 'kept', 'broken')
| order by P95 desc""",
            requirements=("S1-119",),
        ),
        Tile(
            key="events",
            title="Events: handled within 100 ms",
            kind=COMPONENT,
            by_hand=True,
            text=f"""\
AppRequests
| {OURS} and Source has 'servicebus'
| summarize Events = sum(ItemCount), P95 = percentilew(DurationMs, ItemCount, 95) by Service = {SERVICE}, Name
| extend Promised = iff(P95 < 100, 'kept', 'broken')
| order by P95 desc""",
            requirements=("S1-120",),
        ),
        Tile(
            key="calls",
            title="Calls between services: 100 ms at most",
            kind=COMPONENT,
            by_hand=True,
            text=f"""\
AppDependencies
| {OURS} and DependencyType =~ 'HTTP' and (Target has 'svc' or Target has 'mystira')
| summarize Calls = sum(ItemCount), P95 = percentilew(DurationMs, ItemCount, 95) by Service = {SERVICE}, Target
| extend Promised = iff(P95 < 100, 'kept', 'broken')
| order by P95 desc""",
            requirements=("S2-085",),
        ),
        Tile(
            key="sql",
            title="SQL as services see it: P95 below 50 ms",
            kind=COMPONENT,
            text=f"""\
AppDependencies
| {OURS} and DependencyType in~ ('SQL', 'postgresql')
| summarize Calls = sum(ItemCount), P95 = percentilew(DurationMs, ItemCount, 95) by Service = {SERVICE}, Target
| extend Promised = iff(P95 < 50, 'kept', 'broken')
| order by P95 desc""",
            requirements=("S1-047",),
        ),
        Tile(
            key="slow-sql",
            title="SQL that takes most time",
            kind="postgresql-server",
            by_hand=True,
            text="""\
PGSQLQueryStoreRuntime
| where _ResourceId has_any ({names}) and IsSystemQuery == false
| summarize Calls = sum(Calls), TotalSeconds = sum(TotalExecDurationMs) / 1000, MeanMs = avg(MeanExecDurationMs)
    by QueryId
| top 20 by TotalSeconds desc
| join kind=leftouter (
    PGSQLQueryStoreQueryText
    | summarize QueryText = take_any(QueryText) by QueryId
) on QueryId
| project QueryText, Calls, TotalSeconds, MeanMs""",
        ),
    ),
)
