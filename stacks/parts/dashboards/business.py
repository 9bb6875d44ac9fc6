"""Workbooks for whoever answers for the platform: what was released, promised, used and spent."""

from __future__ import annotations

from stacks.parts.alerts.burn import DAYS
from stacks.parts.dashboards.operations import OURS, SERVICE
from stacks.parts.dashboards.tile import COMPONENT, SUM, Tile, Workbook, metrics

DEPLOYMENTS = Workbook(
    key="deployments",
    title="Deployments",
    about="What was changed, and whether it went well. Promised: 99 % of what a run writes in the infrastructure "
    "succeeds, and 95 % of the releases of services.",
    hours=24 * 7,
    shared=True,
    tiles=(
        Tile(
            key="changes",
            title="Writes and deletes in Azure: 99 % succeed",
            by_hand=True,
            text="""\
AzureActivity
| where CategoryValue =~ 'Administrative' and ActivityStatusValue in~ ('Success', 'Failure')
| where OperationNameValue endswith '/write' or OperationNameValue endswith '/delete'
| summarize Changes = count(), Failed = countif(ActivityStatusValue =~ 'Failure')
| extend SucceededPercent = round(100.0 * (Changes - Failed) / Changes, 2)
| project What = 'Changes', SucceededPercent, Changes, Failed""",
            requirements=("S1-064", "S3-077"),
        ),
        Tile(
            key="failed-changes",
            title="What failed, and by whose doing",
            by_hand=True,
            text="""\
AzureActivity
| where CategoryValue =~ 'Administrative' and ActivityStatusValue =~ 'Failure'
| summarize Times = count(), Last = max(TimeGenerated) by OperationNameValue, ResourceGroup, Caller
| top 50 by Times desc""",
        ),
        Tile(
            key="releases",
            title="Releases in the cluster: 95 % succeed",
            kind="kubernetes-cluster",
            by_hand=True,
            text="""\
KubeEvents
| where ClusterName in~ ({names})
| where Reason in ('ScalingReplicaSet', 'FailedCreate', 'ProgressDeadlineExceeded', 'BackOff', 'Failed')
| extend Bad = Reason != 'ScalingReplicaSet'
| extend Workload = extract('^([a-z-]+?)(-[0-9a-f]+)*$', 1, Name)
| summarize Failures = countif(Bad), Events = count() by Namespace, Workload
| extend SucceededPercent = round(100.0 * (Events - Failures) / Events, 2)
| order by SucceededPercent asc""",
            requirements=("S3-177",),
        ),
        Tile(
            key="versions",
            title="Versions that answered",
            kind=COMPONENT,
            text=f"""\
AppRequests
| {OURS}
| summarize First = min(TimeGenerated), Requests = sum(ItemCount), FailedPercent =
    round(100.0 * sumif(ItemCount, Success == false) / sum(ItemCount), 2) by Service = {SERVICE}, AppVersion
| order by First desc""",
        ),
        Tile(
            key="images",
            title="Images pushed",
            kind="container-registry",
            text="""\
ContainerRegistryRepositoryEvents
| where _ResourceId has_any ({names}) and OperationName =~ 'Push'
| summarize Last = max(TimeGenerated), Pushes = count() by Repository
| order by Last desc""",
        ),
    ),
)

EXECUTIVE = Workbook(
    key="executive",
    title="Executive",
    about="Whether the platform keeps what it promises over thirty days, and how fast it recovers (within one hour).",
    hours=24 * DAYS,
    tiles=(
        Tile(
            key="objectives",
            title=f"Objectives: promised, kept, and what is left of the budget ({DAYS} days)",
            promises=True,
            text="""\
counted
| summarize Requests = sum(ItemCount), Misses = sumif(ItemCount, Missed) by _ResourceId, Objective, Allowed
| project
    Service = tostring(split(_ResourceId, '/')[-1]),
    Objective,
    PromisedPercent = 100 * (1 - Allowed),
    KeptPercent = round(100.0 * (Requests - Misses) / Requests, 3),
    BudgetLeftPercent = round(100 * (1 - 1.0 * Misses / Requests / Allowed), 1),
    Requests
| order by BudgetLeftPercent asc""",
            requirements=("S1-068",),
        ),
        Tile(
            key="success",
            title="Requests that succeeded, by service (30 days)",
            kind=COMPONENT,
            by_hand=True,
            text=f"""\
AppRequests
| {OURS}
| summarize Requests = sum(ItemCount), Failed = sumif(ItemCount, Success == false) by Service = {SERVICE}
| extend SucceededPercent = round(100.0 * (Requests - Failed) / Requests, 3)
| project Service, SucceededPercent, Requests""",
            requirements=("S3-078",),
        ),
        Tile(
            key="hosts",
            title="Public hosts that answered (30 days)",
            kind="web-test",
            text="""\
AppAvailabilityResults
| where Name in~ ({names})
| summarize UpPercent = round(100.0 * countif(Success) / count(), 3) by Name
| order by UpPercent asc""",
        ),
        Tile(
            key="recovery",
            title="Alerts: how many, and how long until they were over (MTTR below one hour)",
            graph=True,
            text="""\
alertsmanagementresources
| where type =~ 'microsoft.alertsmanagement/alerts'
| extend Severity = tostring(properties.essentials.severity)
| extend Began = todatetime(properties.essentials.startDateTime)
| extend Ended = todatetime(properties.essentials.monitorConditionResolvedDateTime)
| summarize Alerts = count(), MinutesToRecover = avg(datetime_diff('minute', Ended, Began)) by Severity
| order by Severity asc""",
            requirements=("S3-184",),
        ),
        Tile(
            key="response",
            title="Alerts that nobody has acknowledged",
            graph=True,
            text="""\
alertsmanagementresources
| where type =~ 'microsoft.alertsmanagement/alerts'
| where properties.essentials.alertState =~ 'New' and properties.essentials.monitorCondition =~ 'Fired'
| project Began = todatetime(properties.essentials.startDateTime), Severity =
    tostring(properties.essentials.severity), Alert = name
| order by Began asc""",
        ),
    ),
)

CHAIN = Workbook(
    key="chain",
    title="Chain",
    about="Transactions: who asks for them, how long they take, what fails.",
    tiles=(
        Tile(
            key="transactions",
            title="Transactions: calls, failures and P95 by operation",
            kind=COMPONENT,
            by_hand=True,
            text=f"""\
AppRequests
| {OURS} and _ResourceId contains '-chain-'
| summarize Calls = sum(ItemCount), Failed = sumif(ItemCount, Success == false),
    P95 = percentilew(DurationMs, ItemCount, 95)
    by OperationName
| order by Calls desc""",
            requirements=("S1-024",),
        ),
        Tile(
            key="callers",
            title="Who calls it, over time",
            kind=COMPONENT,
            shown="timechart",
            text=f"""\
AppDependencies
| {OURS} and Target has 'chain'
| summarize Calls = sum(ItemCount) by bin(TimeGenerated, 15m), Service = {SERVICE}
| order by TimeGenerated asc""",
        ),
        Tile(
            key="errors",
            title="What it complains about",
            kind="kubernetes-cluster",
            text="""\
ContainerLogV2
| where _ResourceId has_any ({names}) and PodName startswith 'mys-chain'
| where LogLevel in~ ('error', 'critical', 'fatal')
| summarize Times = count(), Last = max(TimeGenerated) by PodName, Message = tostring(LogMessage)
| top 50 by Times desc""",
        ),
    ),
)

USAGE = Workbook(
    key="usage",
    title="Usage",
    about="Who comes, from where, and what for.",
    hours=24 * 7,
    tiles=(
        Tile(
            key="visitors",
            title="Visitors and visits a day",
            kind=COMPONENT,
            shown="barchart",
            by_hand=True,
            text=f"""\
AppPageViews
| {OURS}
| summarize Visitors = dcount(UserId), Visits = dcount(SessionId), Pages = sum(ItemCount)
    by bin(TimeGenerated, 1d), Service = {SERVICE}
| order by TimeGenerated asc""",
            requirements=("S1-118",),
        ),
        Tile(
            key="operations",
            title="What is asked for most",
            kind=COMPONENT,
            text=f"""\
AppRequests
| {OURS}
| summarize Requests = sum(ItemCount), Users = dcount(UserId) by Service = {SERVICE}, OperationName
| top 30 by Requests desc""",
        ),
        Tile(
            key="countries",
            title="From where",
            kind=COMPONENT,
            text=f"""\
AppRequests
| {OURS}
| summarize Requests = sum(ItemCount), Users = dcount(UserId) by ClientCountryOrRegion
| top 30 by Requests desc""",
        ),
        Tile(
            key="events",
            title="What people did",
            kind=COMPONENT,
            text=f"""\
AppEvents
| {OURS}
| summarize Times = sum(ItemCount), Users = dcount(UserId) by Service = {SERVICE}, Name
| top 30 by Times desc""",
        ),
    ),
)

COST = Workbook(
    key="cost",
    title="Cost",
    about="What is paid by use. Budgets and their notices: docs/runbooks/costs.md.",
    hours=24 * 30,
    shared=True,
    tiles=(
        Tile(
            key="ingestion",
            title="Logs: GB a day by table",
            shown="barchart",
            by_hand=True,
            text="""\
Usage
| where IsBillable
| summarize GB = round(sum(Quantity) / 1000, 2) by bin(TimeGenerated, 1d), DataType
| order by TimeGenerated asc""",
        ),
        metrics("tokens", "AI models: tokens", "ai-account", ("TokenTransaction",), SUM),
        metrics("units", "Cosmos DB: request units", "cosmos-account", ("TotalRequestUnits",), SUM),
        metrics("egress", "Front Door: bytes sent", "front-door-profile", ("ResponseSize",), SUM),
        metrics("storage", "Storage: bytes kept", "storage-account", ("UsedCapacity",)),
    ),
)
