"""Alerts that ask the workspace: what they ask is Kusto, of tables that exist, and fires when it should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from components.alerts.facts import QUERY_FREQUENCIES, QUERY_WINDOWS, minutes
from components.facts.types import RESOURCE_TYPES
from stacks.catalogue.needs.telemetry import Telemetry
from stacks.catalogue.records import CATALOGUE
from stacks.parts.alerts.burn import BURN
from stacks.parts.alerts.checks import fast_enough
from stacks.parts.alerts.logs import QUERY_RULES
from stacks.parts.alerts.plan import ALERTS
from stacks.parts.alerts.query import COUNTED, FOLDER, QueryRule
from stacks.parts.subscription.signals import CHANGED, CHANGES, OBJECT_ID
from stacks.plan.load import PROJECT
from stacks.plan.model import StackPlan
from tests.harness.build import by_name, every
from tests.harness.compose import Composition, Registered
from tests.harness.kusto import every_query, fired, tiles, workspace
from tests.harness.log_tables import TABLES
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, edited_plan, every_environment, every_stack, waived
from tests.parts.query_cases import CASES, row
from tools.kusto_parser import Finding, parse

GROUPS = {0: "page", 1: "page", 2: "notify", 3: "inform", 4: "inform"}
EVERY_RULE = pytest.mark.parametrize("rule", QUERY_RULES, ids=lambda rule: rule.id)
ON_ROWS = tuple(rule for rule in QUERY_RULES if not rule.promises)
"""All but those about objectives, which tests/parts/test_slo.py runs."""

EVERY_RULE_ON_ROWS = pytest.mark.parametrize("rule", ON_ROWS, ids=lambda rule: rule.id)


def resources(composition: Composition, kind: str) -> list[str]:
    """The ids of what a rule is about, as the columns of logs have them: in lower case."""
    row = RESOURCE_TYPES[kind]
    found = [each.inputs[row.name_input] for each in every(composition, kind)]
    return [f"/subscriptions/s/resourcegroups/g/providers/{row.arm}/{name}".lower() for name in found]


def asked(composition: Composition, rule: str) -> Registered:
    return by_name(composition, "scheduled-query-rule")[rule]


# Every query is Kusto.


@pytest.fixture(scope="module")
def findings(composed: Mapping[str, Composition]) -> Mapping[str, list[Finding]]:
    """What Microsoft's parser says against each query of each stack."""
    queries = {f"{stack}/{name}": text for stack, made in composed.items() for name, text in every_query(made).items()}
    assert queries.keys() >= {f"prod/scheduled-query-rule/{each}/0" for each in (CHANGED, *(r.id for r in QUERY_RULES))}
    wrong = {
        "wrong column": "AppRequests | where Nam == ''",
        "wrong table": "AppRequest | take 1",
        "syntax": "AppRequests | where (",
    }
    return parse({**queries, **wrong}, TABLES)


def test_every_query_passes_microsofts_parser(findings: Mapping[str, list[Finding]]) -> None:
    queries = {name: found for name, found in findings.items() if "/" in name}
    assert {name: found for name, found in queries.items() if found} == {}


def test_the_parser_sees_what_is_wrong(findings: Mapping[str, list[Finding]]) -> None:
    assert [each.code for each in findings["wrong column"]] == ["KS142"]
    assert [each.code for each in findings["wrong table"]] == ["KS204"]
    assert findings["syntax"][0].code == "KS006"


def test_queries_of_workbooks_are_found_and_have_values() -> None:
    """Whatever depth a tile has; a text, a picture and a question to Resource Graph are no query of logs."""
    tile = {
        "type": 3,
        "name": "slow",
        "content": {"query": "AppRequests | where TimeGenerated {TimeRange}", "queryType": 0},
    }
    graph = {"type": 3, "name": "graph", "content": {"query": "resources", "queryType": 1}}
    text = {"type": 1, "content": {"json": "query"}}
    group = {"type": 12, "name": "all", "content": {"items": [text, graph, tile]}}
    assert list(tiles({"items": [group]})) == [("0/all/2/slow", "AppRequests | where TimeGenerated > ago(1d)")]


@EVERY_RULE
def test_a_query_has_nothing_that_azure_refuses_in_a_rule(rule: QueryRule) -> None:
    """Microsoft: Create a log search alert rule; at most 64 KB and six columns that are told apart."""
    for word in ("bag_unpack", "pivot", "narrow", "AggregatedValue"):
        assert word not in rule.text
    assert len(rule.text) < 65536
    assert len(rule.splits) <= 6
    assert rule.fixed == ("ago(" in rule.text)


def test_every_file_of_a_query_has_a_rule() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == {COUNTED, *(rule.file or rule.id for rule in QUERY_RULES)}


# Every query fires when it should.


@pytest.fixture(scope="module")
def database() -> Iterator[Any]:
    """The tables of a workspace."""
    with workspace() as made:
        yield made


def test_every_rule_is_run_on_rows() -> None:
    assert CASES.keys() == {rule.id for rule in ON_ROWS}


@EVERY_RULE_ON_ROWS
@pytest.mark.requirement(
    "S0-26", "S1-046", "S1-048", "S1-119", "S2-035", "S2-036", "S2-065", "S2-073", "S2-082", "S3-135"
)
def test_a_rule_fires_for_the_resource_that_is_wrong_and_for_no_other(
    rule: QueryRule, composed: Mapping[str, Composition], database: Any
) -> None:
    found, case = asked(composed["prod"], rule.id), CASES[rule.id]
    about = resources(composed["prod"], rule.kind)
    assert about
    for wrong in about:
        rows = [each for other in about for each in (case.wrong if other == wrong else case.well[0])(other)]
        assert fired(database, found, {case.table: rows if rule.by_resource else case.wrong(wrong)}) == {
            (wrong,) if rule.by_resource else ()
        }


@EVERY_RULE_ON_ROWS
def test_a_rule_keeps_quiet_when_all_is_well(
    rule: QueryRule, composed: Mapping[str, Composition], database: Any
) -> None:
    found, case = asked(composed["prod"], rule.id), CASES[rule.id]
    resource = resources(composed["prod"], rule.kind)[0]
    for number, rows in enumerate(case.well):
        assert fired(database, found, {case.table: rows(resource)}) == set(), number


@pytest.mark.requirement("S1-093")
def test_changes_by_others_fire_and_those_of_deployers_do_not(
    composed: Mapping[str, Composition], database: Any
) -> None:
    found = asked(composed["prod"], CHANGED)
    deployer = "00000000-0000-4000-8000-00000000d001"

    def change(by: str, operation: str = next(iter(CHANGES)), group: str = "MYS-PROD-CORE-RG-SAN") -> dict[str, object]:
        return dict(
            row(
                "/subscriptions/s",
                CategoryValue="Administrative",
                ActivityStatusValue="Success",
                OperationNameValue=operation.upper(),
                ResourceGroup=group,
                Claims=f'{{"{OBJECT_ID}": "{by}"}}',
            )
        )

    assert fired(database, found, {"AzureActivity": [change("somebody")]}) == {("/subscriptions/s",)}
    assert fired(database, found, {"AzureActivity": [change(deployer)]}) == set()
    assert (
        fired(database, found, {"AzureActivity": [change("somebody", "Microsoft.Network/virtualNetworks/write")]})
        == set()
    )
    assert fired(database, found, {"AzureActivity": [change("somebody", group="mys-prod-corenodes-rg-san")]}) == set()


# The rules.


def rules(composition: Composition) -> Iterator[tuple[QueryRule, Registered]]:
    known = {rule.id: rule for rule in QUERY_RULES}
    for name, each in by_name(composition, "scheduled-query-rule").items():
        if name in known:
            yield known[name], each


@every_stack
@pytest.mark.requirement("S3-066")
def test_a_rule_asks_the_workspace_and_tells_the_group_of_its_severity(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    groups, project = composed[stack].outputs["action_groups"], "acr" if stack == "shared" else "core"
    for rule, each in rules(composed[stack]):
        assert each.inputs["ruleName"] == f"mys-{stack}-{project}{rule.id}-query-san"
        assert [scope.split("/")[1] for scope in each.inputs["scopes"]] == ["log-analytics-workspace"]
        assert each.replaced_on == ("scopes",)
        assert each.inputs["skipQueryValidation"] is True
        assert each.inputs["actions"]["actionGroups"] == [groups[GROUPS[each.inputs["severity"]]]]
        assert each.inputs["description"].endswith(f"docs/runbooks/alerts.md#{rule.id}")


def test_shared_asks_about_its_vault_and_its_workspace_alone(composed: Mapping[str, Composition]) -> None:
    assert {rule.id for rule, _ in rules(composed["shared"])} == {"expiring", "expired", "ingestion", "dailycap"}


@every_environment
@pytest.mark.control(36)
def test_the_daily_cap_is_watched(stack: str, composed: Mapping[str, Composition]) -> None:
    (workspace,) = every(composed[stack], "log-analytics-workspace")
    assert workspace.inputs["workspaceCapping"]["dailyQuotaGb"] > 0
    assert asked(composed[stack], "dailycap").inputs["scopes"] == [
        f"/log-analytics-workspace/{workspace.inputs['workspaceName']}"
    ]


@EVERY_RULE
def test_a_rule_is_fast_enough(rule: QueryRule) -> None:
    assert rule.window in QUERY_WINDOWS
    assert rule.frequency in QUERY_FREQUENCIES
    assert fast_enough(rule.severity, "" if rule.apart else rule.window, rule.frequency)
    assert rule.apart == rule.promises
    assert minutes(rule.frequency) <= 15
    assert (minutes(rule.window) + minutes(rule.frequency) <= 20) != bool(rule.wide)


@pytest.mark.requirement("S1-069", "S1-119", "S3-067", "S3-068", "S3-069", "S3-070", "S3-071")
def test_the_figures_are_the_roadmaps(composed: Mapping[str, Composition]) -> None:
    wanted = {
        "errorrate": ("GreaterThan", 5, "PT5M"),
        "slow": ("GreaterThan", 5, "PT15M"),
        "exceptions": ("GreaterThan", 10, "PT5M"),
        "dependencies": ("GreaterThan", 10, "PT15M"),
        "ingestion": ("GreaterThan", 1, "PT1H"),
        "edgeslow": ("GreaterThan", 5, "PT15M"),
        "cachehits": ("LessThan", 80, "PT15M"),
        "syncfailures": ("GreaterThan", 0, "PT15M"),
        "mismatches": ("GreaterThan", 0, "PT15M"),
    }
    for id, (operator, threshold, window) in wanted.items():
        inputs = asked(composed["prod"], id).inputs
        (condition,) = inputs["criteria"]["allOf"]
        assert (condition["operator"], condition["threshold"], inputs["windowSize"]) == (operator, threshold, window)


def test_every_metric_of_a_service_has_a_rule_and_no_rule_another_metric() -> None:
    needs = [need for service in CATALOGUE for need in service.needs]
    named = {metric for need in needs if isinstance(need, Telemetry) for metric in need.metrics}
    texts = {rule.id: rule.text for rule in QUERY_RULES if "AppMetrics" in rule.text}
    assert len(named) == len(texts)
    assert all(any(f"'{metric}'" in text for text in texts.values()) for metric in named)


def test_the_runbook_says_what_is_asked_and_what_to_do() -> None:
    page = (PROJECT / "docs/runbooks/alerts.md").read_text()
    for rule in QUERY_RULES:
        section = page.partition(f"\n## {rule.id}\n")[2].partition("\n## ")[0]
        for part in (
            rule.means,
            f"queries/{rule.file}.kql" if rule.file else rule.text,
            "First look: ",
            "Remedy: ",
            "Escalation: ",
            rule.source,
            *rule.requirements,
        ):
            assert part in section, rule.id


# Settings.


def test_settings_say_what_a_share_counts_from(folder: Path, plans: Mapping[str, StackPlan]) -> None:
    before = {each.id: each.query for each in plans["dev"].of(ALERTS).queries}
    counted = {id for id, text in before.items() if "let minimum_requests = 20;\n" in text}
    assert counted == {"errorrate", "slow", "dependencies", "edgeslow", "cachehits", *(rule.id for rule in BURN)}
    after = {
        each.id: each.query for each in edited_plan(folder, "dev", {"alerts.minimum_requests": 5}).of(ALERTS).queries
    }
    assert {id for id, text in after.items() if "let minimum_requests = 5;\n" in text} == counted


def test_settings_change_a_rule_and_a_waiver_turns_it_off(folder: Path) -> None:
    change = {"threshold": 8, "window": "PT30M", "frequency": "PT15M", "reason": "Dev is slow at night."}
    found = edited_plan(folder, "dev", {"alerts.changes": {"slow": change}, "waivers.alert-exceptions": waived()})
    specs = {each.id: each.spec for each in found.of(ALERTS).queries}
    assert "exceptions" not in specs
    slow = specs["slow"]
    assert (slow.threshold, slow.window, slow.frequency, slow.severity) == (8, "PT30M", "PT15M", 2)


def test_without_a_cap_nothing_asks_for_it(folder: Path) -> None:
    found = edited_plan(folder, "dev", {"monitoring.daily_cap_gb": GONE})
    assert "dailycap" not in {each.id for each in found.of(ALERTS).queries}


@each_mistake(
    [
        Mistake(
            "dev",
            {"alerts.changes": {"slow": {"window": "PT20M", "reason": "r"}}},
            "alerts.changes.slow.window",
            "no such",
        ),
        Mistake(
            "dev",
            {"alerts.changes": {"errorrate": {"window": "PT15M", "reason": "r"}}},
            "alerts.changes.errorrate",
            "within",
        ),
        Mistake(
            "dev",
            {"alerts.changes": {"ingestion": {"window": "PT2H", "reason": "r"}}},
            "alerts.changes.ingestion.window",
            "itself",
        ),
        Mistake(
            "dev",
            {"alerts.changes": {"fastburn": {"window": "PT2H", "reason": "r"}}},
            "alerts.changes.fastburn.window",
            "itself",
        ),
        Mistake(
            "dev",
            {"alerts.changes": {"fastburn": {"frequency": "PT15M", "reason": "r"}}},
            "alerts.changes.fastburn",
            "within",
        ),
        Mistake("dev", {"alerts.minimum_requests": -1}, "alerts.minimum_requests", ""),
    ]
)
def test_mistakes(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
