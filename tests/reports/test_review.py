"""The comment: every section, and what happens to one that is too long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from components.facts.types import REGISTERED_TYPES
from components.facts.wire import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_STRING
from stacks.plan.model import StackPlan
from stacks.reports.cost import difference_of
from stacks.reports.events import Action, Change, Message, Run, Violation
from stacks.reports.gate import judge
from stacks.reports.picture import MOST as MOST_BOXES
from stacks.reports.picture import picture
from stacks.reports.review.report import report
from stacks.reports.review.section import MOST, Section, comment
from stacks.reports.review.subject import Subject
from stacks.reports.tables import Tables, tables_of
from stacks.reports.values import differences
from tests.harness.events import run_of
from tests.harness.settings import TODAY

REGION = "southafricanorth"


@pytest.fixture(scope="module")
def base(plans: Mapping[str, StackPlan]) -> Tables:
    return tables_of(plans["dev"])


def change(kind: str, action: Action, name: str = "core", **others: Any) -> Change:
    token = REGISTERED_TYPES[kind].token
    return replace(Change(action, f"urn:pulumi:dev::mystira::{token}::{name}", token), **others)


def subject(*changes: Change, run: Run | None = None, **others: Any) -> Subject:
    run = run or Run(changes, (), (), {}, {}, succeeded=True, preview=True)
    cost = difference_of(run.changes, REGION)
    return replace(Subject("dev", TODAY, run, judge(run, {}, TODAY), cost=cost), **others)


def section(text: str, title: str) -> str:
    return text.partition(f"### {title}\n")[2].partition("\n###")[0]


def test_nothing_to_do_says_so_and_passes() -> None:
    found = subject()
    assert found.passes
    assert "## dev: passes\n\nNo resource changes." in report(found)


def test_a_preview_that_failed_says_error_and_never_that_nothing_changes(base: Tables) -> None:
    run = run_of("settings")
    found = subject(run=run, head=base, base=base)
    assert not found.passes
    text = report(found)
    assert "## dev: error" in text
    assert "No resource changes" not in text
    assert "mystira:aks.pools.system.vm_size" in section(text, "Errors")


def test_one_that_failed_because_something_is_refused_says_both(base: Tables) -> None:
    text = report(subject(run=run_of("replaced"), head=base, base=base))
    assert "## dev: refused" in text
    assert "**Error**: the preview failed" in text
    assert "No resource changes" not in text


def test_so_does_one_that_failed_without_a_word() -> None:
    text = report(subject(run=Run((), (), (), {}, {}, succeeded=False, preview=True)))
    assert "the engine gave no reason" in section(text, "Errors")


def test_and_one_that_cannot_be_read() -> None:
    text = report(Subject("dev", TODAY, problems=("events.jsonl: the event stream is cut off",)))
    assert "## dev: error" in text
    assert "cut off" in section(text, "Errors")


def test_what_the_gate_refuses_is_in_the_first_lines() -> None:
    found = subject(change("key-vault", Action.DELETE))
    assert not found.passes
    text = report(found)
    assert "## dev: refused" in text
    assert text.index("**Refused**: key-vault core is deleted") < text.index("### ")


def test_policies_are_listed_by_id_and_a_mandatory_one_refuses() -> None:
    violations = (
        Violation("tls-minimum", "mystira", "advisory", "low", "TLS 1.1 | old", "urn:pulumi:dev::m::t::a"),
        Violation("no-public-data", "mystira", "mandatory", "high", "open to the internet", "urn:pulumi:dev::m::t::b"),
    )
    found = subject(run=Run((), (), violations, {}, {"mystira": "1.0"}, succeeded=True, preview=True))
    assert found.refused
    text = report(found)
    assert "**Refused**: policy `no-public-data`, 1 resource" in text
    policies = section(text, "Policies")
    assert "mystira 1.0: 2 violations." in policies
    assert policies.index("`no-public-data`") < policies.index("`tls-minimum`")
    assert "TLS 1.1 \\| old" in policies


def test_secrets_are_one_line_and_no_value_is_shown() -> None:
    hidden = {"properties": {"value": {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "[secret]"}}}
    changes = [change("key-vault-secret", Action.UPDATE, f"s{n}", before=hidden, after=hidden) for n in range(12)]
    what = section(report(subject(*changes)), "What changes")
    assert what.count("\n- ") == 1
    assert "**Secrets**: 12 updated (s0, s1, s10, s11, s2, s3, s4, s5, …)" in what
    assert "ciphertext" not in what


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"sku": {"name": "B1"}}, {"sku": {"name": "P1v3"}}, ("sku.name: B1 → P1v3",)),
        ({"count": 1.0}, {"count": 2.0}, ("count: 1 → 2",)),
        ({}, {"tags": {"a": "b"}}, ("tags: none → another value",)),
        ({"zones": ["1"]}, {"zones": ["2"]}, ("zones[0]: 1 → 2",)),
        ({"id": "x"}, {"id": UNKNOWN_STRING}, ("id: x → known after the deployment",)),
        ({"key": {SIGNATURE_KEY: "1"}}, {"key": {SIGNATURE_KEY: "2"}}, ("key: a secret → a secret",)),
        ({"text": "x" * 61}, {"text": "y"}, ("text: another value → y",)),
        ({str(n): 1 for n in range(9)}, {}, (*(f"{n}: 1 → none" for n in range(6)), "3 more")),
    ],
)
def test_both_values_of_a_difference_are_said(before: Any, after: Any, said: tuple[str, ...]) -> None:
    assert differences(change("redis", Action.UPDATE, before=before, after=after)) == said


def test_an_update_that_azure_does_not_make_is_told() -> None:
    backup = change("postgresql-server", Action.UPDATE, causes=("backup.geoRedundantBackup",))
    assert "Azure takes backup.geoRedundantBackup at creation only" in report(subject(backup))


def test_every_table_that_differs_has_a_section_and_the_others_one_line(base: Tables) -> None:
    head = replace(
        base,
        roles=(*base.roles, ("identity/app", "Owner", "vault/app", "")),
        secrets=base.secrets[1:],
        paths=(*base.paths, ("app", "moon", "public", "443", "the sky")),
        hosts=(*base.hosts, ("app", "web", "static", "moon.mystira.app")),
    )
    text = report(subject(head=head, base=base))
    assert "| new | identity/app | Owner | vault/app |  |" in section(text, "Who may do what")
    assert "| gone | " in section(text, "Secrets")
    assert "the sky" in section(text, "Network paths")
    assert "moon.mystira.app" in section(text, "Public hosts")
    assert "Unchanged: roles at applications." in text


def test_without_a_base_nothing_is_compared(base: Tables) -> None:
    text = report(subject(head=base))
    assert f"who may do what {len(base.roles)}" in section(text, "Tables")
    assert "Who may do what\n" not in text


def test_capacity_shows_what_moves(base: Tables) -> None:
    name, *rest = base.capacity[0]
    head = replace(base, capacity=((name, rest[0], "999", rest[2]), *base.capacity[1:]))
    assert f"{rest[1]} → 999" in section(report(subject(head=head, base=base)), "Capacity")
    assert "### Capacity" not in report(subject(head=base, base=base))


def test_ends_of_life_and_waivers_are_told(base: Tables) -> None:
    head = replace(
        base,
        ends=(("moon 1", "2027-01-01", "move to moon 2"),),
        waivers=(*base.waivers[1:], ("new-rule", "because", "platform", "2027-01-01")),
    )
    text = report(subject(head=head, base=base))
    assert "| moon 1 | 2027-01-01 | move to moon 2 |" in section(text, "Ends of life")
    waivers = section(text, "Waivers")
    assert "| new-rule | because | platform | 2027-01-01 |" in waivers
    assert f"Dropped: {base.waivers[0][0]}." in waivers


def test_a_replacement_waiver_for_nothing_is_told(base: Tables) -> None:
    found = subject(head=base, base=base)
    assert found.verdict is not None
    text = report(replace(found, verdict=replace(found.verdict, idle=("key-vault/app",))))
    assert "replacement of key-vault/app" in section(text, "Waivers")


def test_what_a_person_must_apply_first_is_told(base: Tables) -> None:
    head = replace(
        base,
        granted=(*base.granted, ("Moon Reader", "00000000-0000-0000-0000-000000000001", "Group")),
        pipelines=(*base.pipelines, ("pipeline/dev-apply", "Group.Create at Microsoft Graph")),
        steps=(*base.steps, ("moon", "Fly there.", "look up", "docs/runbooks/moon.md")),
    )
    text = report(subject(change("resource-group", Action.CREATE, "moon"), head=head, base=base))
    first = section(text, "A person applies this first")
    assert "new resource group `moon`" in first
    assert "role `Moon Reader` (00000000-0000-0000-0000-000000000001) for a Group" in first
    assert "a Graph right: pipeline `pipeline/dev-apply`: Group.Create at Microsoft Graph" in first
    assert "`moon`: Fly there. (check: `look up`" in first


def test_the_cost_is_a_difference_and_what_has_no_price_is_named() -> None:
    pool = change(
        "agent-pool",
        Action.UPDATE,
        before={"vmSize": "Standard_D4ds_v5", "minCount": 1, "maxCount": 3},
        after={"vmSize": "Standard_D4ds_v5", "minCount": 2, "maxCount": 5},
    )
    cache = change("redis", Action.CREATE, after={"sku": {"name": "Balanced_B9"}})
    search = change("search-service", Action.CREATE, after={"sku": {"name": "basic"}})
    cost = section(report(subject(pool, cache, search)), "Cost a month")
    assert "**+219.00 to +438.00 US dollars**" in cost
    assert "No price: Redis cluster core (Balanced_B9)." in cost
    assert "New, by use, not estimated: Search: service." in cost


def test_a_difference_without_a_price_is_no_zero() -> None:
    before, after = ({"sku": {"name": size}} for size in ("Balanced_B1", "Balanced_B9"))
    cost = section(report(subject(change("redis", Action.UPDATE, before=before, after=after))), "Cost a month")
    assert "**Not known**" in cost
    assert "0.00" not in cost


def test_what_costs_nothing_is_said_to() -> None:
    assert "Nothing that changes here is paid by the hour." in report(subject(change("resource-group", Action.CREATE)))


def test_the_picture_shows_the_worst_first_and_no_more_than_is_readable() -> None:
    changes = [change("key-vault", Action.CREATE, component=f"Vault v{n}") for n in range(MOST_BOXES + 5)]
    text = picture([*changes, change("redis", Action.REPLACE, component="Redis cache")])
    assert text.startswith("```mermaid\nflowchart LR\n")
    assert text.splitlines()[2] == '  Redis_cache["Redis cache<br/>1 replace"]:::replace'
    assert 'more["6 more components"]' in text
    assert text.count('"]:::') == MOST_BOXES
    assert picture(()) == ""


def test_warnings_are_folded_and_told_once() -> None:
    said = Message("warning", "old API")
    text = report(subject(run=Run((), (said, said), (), {}, {}, succeeded=True, preview=True)))
    assert text.count("old API") == 1
    assert "<details>" in section(text, "Warnings")


# length


def test_a_comment_that_is_too_long_is_cut_from_its_end_and_says_so() -> None:
    sections = [Section(f"S{n}", tuple(f"{n}.{line} " + "x" * 50 for line in range(40))) for n in range(6)]
    text = comment(sections, 8000)
    assert len(text) <= 8000
    assert "### S0" in text
    assert "### S5" not in text
    assert text.rstrip().splitlines()[-1].startswith("> Too long for a comment; left out: ")
    assert "“S5”" in text.rstrip().splitlines()[-1]
    assert len(text) > 7000


@pytest.mark.parametrize("most", [300, 700, 1500, 4000, 9000])
def test_half_a_picture_or_half_a_fold_is_never_written(most: int) -> None:
    sections = [
        Section("", ("## dev: passes",)),
        Section("Long", tuple(f"- {n}" for n in range(200)), folded=True),
        Section("Picture", ("```mermaid", *(f"n{n}" for n in range(200)), "```")),
    ]
    text = comment(sections, most)
    assert len(text) <= most
    assert text.count("```") in (0, 2)
    assert text.count("<details>") == text.count("</details>")


def test_a_huge_preview_stays_below_the_limit_of_a_comment(base: Tables) -> None:
    before, after = {"sku": {"name": "A"}}, {"sku": {"name": "y" * 50}}
    changes = [change("redis", Action.REPLACE, f"r{n}" * 20, before=before, after=after) for n in range(900)]
    text = report(subject(*changes, head=base, base=base))
    assert len(text) <= MOST
    assert "## dev: refused" in text
    assert "Too long for a comment" in text
