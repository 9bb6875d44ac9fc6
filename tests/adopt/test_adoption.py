"""What is refused before a line is written, and which entries are named because nothing bears them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from components.problems import InvalidInput
from stacks.adopt.adoption import Adoption, adoption, stacks_of
from stacks.adopt.live import Live
from stacks.adopt.reasons import Reason
from stacks.adopt.source import Source
from stacks.build.recording import Planned
from stacks.plan.load import context_from_file
from stacks.plan.model import StackPlan
from tests.adopt.estate import NETWORK, STORY, SUBSCRIPTION, TENANT, VAULT, group, id_of
from tests.harness.build import everything
from tests.harness.settings import TODAY, edit
from tests.platform.catalogue import CATALOGUE

FOREIGN = "00000000-0000-4000-8000-0000000000ff"
SUBSCRIPTIONS = {"dev": SUBSCRIPTION, "prod": "00000000-0000-4000-8000-000000000003"}
MINE = f"{group('old')}/providers/Microsoft.OperationalInsights/workspaces/mine"


@pytest.fixture(scope="module")
def planned(plans: Mapping[str, StackPlan]) -> Sequence[Planned]:
    return everything(plans["dev"])


def looked(folder: Path, planned: Sequence[Planned], *live: Live, complete: bool = False) -> Adoption:
    """What these resources mean for dev."""
    context = context_from_file("dev", folder, TODAY, CATALOGUE)
    source = Source("live", live, complete=complete)
    return adoption(context, planned, source, stacks_of(context, SUBSCRIPTIONS))


def refused(folder: Path, planned: Sequence[Planned], *live: Live, complete: bool = False) -> str:
    with pytest.raises(InvalidInput) as caught:
        looked(folder, planned, *live, complete=complete)
    (problem,) = caught.value.problems
    return str(problem)


def test_a_look_says_what_would_be_written(folder: Path, planned: Sequence[Planned]) -> None:
    subnet = Live(id=f"{NETWORK}/subnets/aks-subnet", ranges=("10.0.8.0/22",))
    found = looked(folder, planned, Live(id=NETWORK), subnet, Live(id=f"{NETWORK}-other"))
    assert found.entries == {"resource-group/core": group("mys-dev-core-rg-san"), "virtual-network/core": NETWORK}
    assert found.subnet_names == {"aks-nodes": "aks-subnet"}
    assert {reason: count for reason, count in found.counts.items() if count} == {Reason.ADOPTED: 2, Reason.UNKNOWN: 1}


def test_a_foreign_subscription_is_refused(folder: Path, planned: Sequence[Planned]) -> None:
    text = refused(folder, planned, Live(id=NETWORK), Live(id=VAULT.replace(SUBSCRIPTION, FOREIGN)))
    assert text.startswith(f"live: 1 resource of a subscription that no stack has; seen: {FOREIGN}")


def test_a_foreign_tenant_is_refused(folder: Path, planned: Sequence[Planned]) -> None:
    text = refused(folder, planned, Live(id=STORY, tenant=FOREIGN), Live(id=VAULT, tenant=TENANT))
    assert text.startswith(f"live: 1 resource of another tenant; seen: {FOREIGN}; allowed: {TENANT}")


def test_a_source_of_another_stack_is_refused(folder: Path, planned: Sequence[Planned]) -> None:
    others = [
        Live(id=id_of("core", f"Microsoft.KeyVault/vaults/mys-{each}-core-kv-san", each))
        for each in ("prod", "staging")
    ]
    text = refused(folder, planned, *others)
    assert text.startswith("live: holds nothing that dev takes over; seen: 1 of prod, 1 of staging")


def test_an_entry_that_the_source_does_not_bear_out_is_named_and_stays(
    folder: Path, planned: Sequence[Planned]
) -> None:
    edit(folder, "dev", {"adopt": {"log-analytics-workspace/core": MINE, "virtual-network/moon": f"{NETWORK}-moon"}})
    found = looked(
        folder,
        planned,
        Live(id=NETWORK),
        Live(id=id_of("core", "Microsoft.OperationalInsights/workspaces/mys-dev-core-log")),
    )
    assert "log-analytics-workspace/core" not in found.entries
    assert [str(stale) for stale in found.stale] == [
        f"mystira:adopt.log-analytics-workspace/core: live does not have it; it stays as it is ({MINE})",
        f"mystira:adopt.virtual-network/moon: the plan has no such resource; it stays as it is ({NETWORK}-moon)",
    ]


def test_an_adopted_resource_that_is_gone_is_refused_where_the_source_is_complete(
    folder: Path, planned: Sequence[Planned]
) -> None:
    edit(folder, "dev", {"adopt": {"log-analytics-workspace/core": MINE}})
    text = refused(folder, planned, Live(id=NETWORK), complete=True)
    assert text.startswith(f"mystira:adopt.log-analytics-workspace/core: it is gone; seen: {MINE}")


def test_what_the_source_cannot_have_is_not_gone(folder: Path, planned: Sequence[Planned]) -> None:
    """Azure Resource Manager knows no objects of Entra ID and of a cluster, and a list of ids no more than it lists."""
    application = next(each for each in planned if each.row.key == "application")
    deployment = next(each for each in planned if each.row.key == "deployment")
    entries = {application.key: f"/applications/{FOREIGN}", deployment.key: "mystira/anything"}
    edit(folder, "dev", {"adopt": entries})
    assert looked(folder, planned, Live(id=NETWORK), complete=True).stale == ()
    directory = Live(id="/applications/o-other", kind="application", name="Somebody (dev)")
    assert [each.key for each in looked(folder, planned, Live(id=NETWORK), directory).stale] == [application.key]


def test_an_entry_by_hand_is_not_matched_again(folder: Path, planned: Sequence[Planned]) -> None:
    edit(folder, "dev", {"adopt": {"log-analytics-workspace/core": MINE}})
    found = looked(folder, planned, Live(id=NETWORK), Live(id=MINE))
    assert {match.id: match.key for match in found.matches}[MINE] == "log-analytics-workspace/core"
    assert (MINE in found.entries.values(), found.stale) == (False, ())


def test_entries_meet_the_checks_of_a_plan_before_they_are_written(folder: Path, planned: Sequence[Planned]) -> None:
    """Two entries for one id, of which one is by hand."""
    edit(folder, "dev", {"adopt": {"virtual-network/old": NETWORK}})
    text = refused(folder, planned, Live(id=group("mys-dev-core-rg-san")), Live(id=NETWORK))
    assert "the same id is also that of another resource" in text
