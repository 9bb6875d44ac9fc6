"""docs/runbooks/alerts.md: what each alert means, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from stacks.pages.markdown import page
from stacks.parts.alerts.availability import HOST_DOWN
from stacks.parts.alerts.logs import QUERY_RULES
from stacks.parts.alerts.plan import ANOMALIES
from stacks.parts.alerts.query import QueryRule
from stacks.parts.alerts.rule import MetricRule
from stacks.parts.alerts.rules import METRIC_RULES
from stacks.parts.monitoring.routes import route_of

INTRODUCTION = """\
An alert goes to one of three action groups of its environment, by its severity. `shared` has one group for all.

| Route | Severity | Group | Means |
|---|---|---|---|
| `page` | 0, 1 | `mys-{env}-corepage-ag-glob` | something is down or about to be: act now |
| `notify` | 2 | `mys-{env}-core-ag-glob` | something needs a person today |
| `inform` | 3, 4 | `mys-{env}-coreinform-ag-glob` | worth knowing; nobody is woken |

Who hears of what is settings: `mystira:monitoring.receivers` are the people, `mystira:alerts.routes.page`, `.notify`
and `.inform` name those of a route (left out: all), and `mystira:alerts.webhooks` are programs that alerts are posted
to. All of them get the common alert schema.

A rule holds for every resource of its type. Most look at one metric; those with a query ask the workspace, tell each
resource apart and leave out what availability tests send; a share counts from `mystira:alerts.minimum_requests` on.
`mystira:alerts.changes.<rule>` gives a rule another threshold, window or frequency, with the reason; a waiver
`alert-<rule>` turns it off. While AKS and PostgreSQL have their windows for
maintenance, and in the times that `mystira:alerts.quiet` names, alerts of severity 2 to 4 fire and reach nobody; what
is critical always does.

## A new address confirms itself

Azure mails a code to every new address, which confirms it within 30 minutes after the group was saved; an address
that has not done so gets nothing. It holds for the whole tenant, so that each address does it once. Afterwards
`mystira alerts test STACK` sends one notification a route; `Succeeded` means that Azure has handed it over, not that
somebody has read it. Offline, `mystira offline alerts test STACK` only says who is in which group.

## Teams and Slack

Connectors are retired. Either give the channel's own e-mail address as a receiver, or a flow that takes a request and
posts it:

```yaml
mystira:alerts:
  webhooks: {teams: [page, notify]}
```

```sh
pulumi config set --secret --path 'mystira:webhooks.teams' 'https://…' -s prod
```

Whoever knows the address posts there: it is a secret, and a run without it ends before the first resource. A flow may
have to map the common alert schema to a card itself.

## Escalation

| Route | Who acts | If nobody has within | Then |
|---|---|---|---|
| `page` | whoever is called first | 15 minutes | the other receivers of `page`, by telephone |
| `notify` | the team of the resource (tag `Team`) | a working day | its lead |
| `inform` | the team of the resource (tag `Team`) | its weekly review | nobody |
"""


def alerts_page() -> str:
    """The whole page."""
    parts = [INTRODUCTION, *(line for rule in METRIC_RULES for line in _section(rule)), *_host_down(), *_anomalies()]
    parts += [line for rule in QUERY_RULES for line in _question(rule)]
    return page("Alerts", "\n".join(parts))


def _section(rule: MetricRule) -> Iterator[str]:
    yield f"## {rule.id}\n"
    yield f"{rule.means}\n"
    yield f"- Asked: {rule.asks} ({rule.source})"
    yield f"- Severity {rule.severity}: `{route_of(rule.severity)}`"
    if rule.slow:
        yield f"- Slow: {rule.slow}"
    yield f"- First look: {rule.look}"
    yield f"- Remedy: {rule.remedy}"
    yield f"- Escalation: as `{route_of(rule.severity)}` above\n"


def _question(rule: QueryRule) -> Iterator[str]:
    yield f"## {rule.id}\n"
    yield f"{rule.means}\n"
    yield f"- Asked of the workspace over {rule.window}, each {rule.frequency}: {rule.asks} ({rule.source})"
    yield f"- Severity {rule.severity}: `{route_of(rule.severity)}`"
    if rule.wide:
        yield f"- Wide: {rule.wide}"
    if rule.requirements:
        yield f"- Answers: {', '.join(rule.requirements)}"
    yield f"- First look: {rule.look}"
    yield f"- Remedy: {rule.remedy}"
    yield f"- Escalation: as `{route_of(rule.severity)}` above\n"
    if rule.file:
        yield f"The query is `stacks/parts/alerts/queries/{rule.file}.kql`, of the objectives in docs/slo.md.\n"
    else:
        yield f"```kusto\n{rule.text}\n```\n"


def _host_down() -> Iterator[str]:
    yield f"## {HOST_DOWN}\n"
    yield "A public host does not answer with 200, or its certificate ends soon.\n"
    yield (
        "- Asked: every host that the edge serves, redirects included, every `mystira:availability.frequency_seconds` "
        "from each of `.locations`, at the path of its probe; all but two must find it down (Microsoft: Application "
        "Insights availability tests)"
    )
    yield "- Severity 1 in prod: `page`; 2 elsewhere: `notify`"
    yield (
        "- First look: `AppAvailabilityResults` of the test that the alert names (`Message`: the status, or the "
        "certificate); `mystira around` and `mystira links`; `originhealth` and `edgeerrors`."
    )
    yield (
        "- Remedy: docs/runbooks/edge.md; the last release of the service behind it. Where only tests are kept out, "
        "`mystira:edge.waf.countries` and `.ranges` let their addresses in (service tag "
        "ApplicationInsightsAvailability)."
    )
    yield "- Escalation: as `page` above in prod, else as `notify`\n"


def _anomalies() -> Iterator[str]:
    yield f"## {ANOMALIES}\n"
    yield "More requests or dependencies of a service fail than it is used to. Azure learns what that is.\n"
    yield "- Severity 3: `inform`"
    yield "- First look: the mail names what failing requests have in common."
    yield "- Remedy: that of `siteerrors` or of what the service waits for."
    yield "- Escalation: as `inform` above\n"
