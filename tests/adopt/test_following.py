"""Settings that follow from what is live, and what a person decides once they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks.adopt.adoption import Adoption, adoption, stacks_of
from stacks.adopt.following import FOLLOWING, Line
from stacks.adopt.live import Live
from stacks.adopt.source import Source
from stacks.adopt.write import write_entries
from stacks.build.recording import Planned
from stacks.plan.load import context_from_file
from stacks.plan.model import StackPlan
from stacks.settings.models import EnvironmentSettings, SharedSettings
from tests.adopt.estate import SUBSCRIPTION, group, id_of
from tests.harness.build import everything
from tests.harness.settings import GONE, TODAY, edit, one_problem, plan, waived
from tests.platform.catalogue import CATALOGUE

STORAGE = id_of("core", "Microsoft.Storage/storageAccounts/mysdevcorestsan")
COSMOS = id_of("core", "Microsoft.DocumentDB/databaseAccounts/mys-dev-core-cosmos-san")
CLUSTER = id_of("core", "Microsoft.ContainerService/managedClusters/mys-dev-core-aks-san")
SERVER = id_of("core", "Microsoft.DBforPostgreSQL/flexibleServers/mys-dev-core-db")
PERIODIC = {"backup": "Periodic", "interval_minutes": 240, "retention_hours": 8, "redundancy": "Geo"}
ONE_REGION = {"regions": (("southafricanorth", False),)}


@pytest.fixture(scope="module")
def planned(plans: Mapping[str, StackPlan]) -> Sequence[Planned]:
    return everything(plans["dev"])


def looked(folder: Path, planned: Sequence[Planned], *live: Live, stack: str = "dev") -> Adoption:
    context = context_from_file(stack, folder, TODAY, CATALOGUE)
    found = (Live(id=group(f"mys-{stack}-core-rg-san")), *live)
    return adoption(context, planned, Source("live", found), stacks_of(context, {}))


def wanted(found: Adoption) -> dict[str, Any]:
    return {line.setting: line.value for line in found.lines}


def test_every_row_is_about_a_setting_that_exists() -> None:
    for row in FOLLOWING:
        name, _, field = row.setting.partition(".")
        models = [each.model_fields.get(name) for each in (EnvironmentSettings, SharedSettings)]
        sections: list[Any] = [each.annotation for each in models if each is not None]
        assert any(field in section.model_fields for section in sections), row.setting


@pytest.mark.parametrize(
    ("live", "lines"),
    [
        (Live(id=STORAGE, said={"sku": "Standard_GRS"}), {"storage.sku": "Standard_GRS"}),
        (Live(id=STORAGE, said={"sku": "Standard_LRS"}), {}),
        (Live(id=STORAGE), {}),
        (
            Live(id=COSMOS, said={**ONE_REGION, **PERIODIC}),
            {"cosmos.periodic_backup": {"interval_minutes": 240, "retention_hours": 8, "redundancy": "Geo"}},
        ),
        (Live(id=COSMOS, said={"backup": "Continuous", "backup_days": 30}), {"cosmos.backup_days": 30}),
        (
            Live(id=COSMOS, said={"regions": (("southafricanorth", True), ("westeurope", True))}),
            {"cosmos.replicate": True, "cosmos.zone_redundant": True},
        ),
        (Live(id=CLUSTER, said={"version": "1.28"}), {"aks.version": "1.28"}),
        (Live(id=CLUSTER, said={"version": "1.36"}), {}),
        (Live(id=CLUSTER, said={"version": "1.36", "pools": ({"name": "default"},)}), {}),
        (Live(id=SERVER, said={"version": "16"}), {"postgresql.version": "16"}),
    ],
)
def test_a_setting_follows_what_is_live(
    live: Live, lines: Mapping[str, Any], folder: Path, planned: Sequence[Planned]
) -> None:
    assert wanted(looked(folder, planned, live)) == lines


def test_what_no_rule_of_the_plan_takes_is_for_a_person_to_decide(folder: Path, planned: Sequence[Planned]) -> None:
    """A periodic backup needs a waiver, and the grants need a later server than the live one."""
    found = looked(
        folder, planned, Live(id=COSMOS, said={**ONE_REGION, **PERIODIC}), Live(id=SERVER, said={"version": "15"})
    )
    paths = [problem.path.rpartition(": ")[2] for problem in found.open]
    assert paths == ["mystira:postgresql.version", "mystira:waivers.cosmos-backup"]
    assert "upgrade a live server before taking it over" in found.open[0].allowed
    edit(folder, "dev", {"waivers.cosmos-backup": waived()})
    # Whoever waives the rule before it is broken is told as well.
    assert "waives a rule that the settings keep" in one_problem(folder, "dev", {}).what


def test_what_no_setting_says_is_for_a_person_to_decide(folder: Path, planned: Sequence[Planned]) -> None:
    found = looked(folder, planned, Live(id=STORAGE, said={"sku": "Premium_LRS"}))
    (problem,) = found.open
    assert (problem.what, problem.seen) == ("storage-account/core has what no setting says", "Premium_LRS")


def test_nothing_is_open_where_the_plan_takes_it_all(folder: Path, planned: Sequence[Planned]) -> None:
    found = looked(folder, planned, Live(id=CLUSTER, said={"version": "1.28"}))
    assert found.open == ()


def test_a_line_is_said_with_what_it_is_now_and_why() -> None:
    line = Line("cosmos-account/core", "cosmos.replicate", False, True, "a reason")
    assert str(line) == "mystira:cosmos.replicate: false (now true), as cosmos-account/core has it: a reason"
    line = Line("cosmos-account/core", "cosmos.periodic_backup", {"a": 1, "b": "Geo"}, None, "a reason")
    assert "a 1, b Geo (now left out)" in str(line)


def pool(name: str, **more: Any) -> dict[str, Any]:
    """A pool, as a source tells it."""
    return {"name": name, "mode": "User", "vm_size": "Standard_B2s", "nodes": 1, "ephemeral": False, **more}


def test_the_pools_of_a_cluster_are_told_once_whether_inside_it_or_below(
    folder: Path, planned: Sequence[Planned]
) -> None:
    cluster = Live(id=CLUSTER, said={"version": "1.36", "pools": (pool("default", mode="System"),)})
    below = Live(id=f"{CLUSTER}/agentPools/chain", said=pool("chain", os_disk_gib=128))
    found = looked(folder, planned, cluster, below)
    assert wanted(found) == {
        "aks.live_pools": {
            "chain": {"vm_size": "Standard_B2s", "os_disk_gib": 128, "ephemeral": False},
            "default": {"vm_size": "Standard_B2s", "ephemeral": False},
        }
    }
    # The setting takes the pool over, so no entry does.
    assert not any(key.startswith("agent-pool/") for key in found.entries)
    (problem,) = found.open
    assert problem.what == "the live cluster has a pool chain, whose machines stay as they are"
    file = folder / "Pulumi.dev.yaml"
    write_entries(file, found.entries, found.subnet_names, found.lines)
    assert "default: {vm_size: Standard_B2s, ephemeral: false}" in file.read_text()
    edit(folder, "dev", {"aks.pools.chain.name": "chain2"})
    assert plan("dev", folder).adopt == found.entries
    assert looked(folder, planned, cluster, below).lines == ()


def test_a_pool_is_what_both_lists_say_of_it(folder: Path, planned: Sequence[Planned]) -> None:
    inside = {**pool("default", mode="System"), "os_disk_gib": 128, "max_pods": 30}
    cluster = Live(id=CLUSTER, said={"version": "1.36", "pools": (inside,)})
    below = Live(id=f"{CLUSTER}/agentPools/default", said={"name": "default", "vm_size": "Standard_B2s"})
    told = {"vm_size": "Standard_B2s", "os_disk_gib": 128, "ephemeral": False, "max_pods": 30}
    assert wanted(looked(folder, planned, cluster, below)) == {"aks.live_pools": {"default": told}}


def test_a_pool_of_which_nothing_is_known_has_an_entry(folder: Path, planned: Sequence[Planned]) -> None:
    found = looked(folder, planned, Live(id=CLUSTER), Live(id=f"{CLUSTER}/agentPools/chain"))
    assert found.entries["agent-pool/core-chain"] == f"{CLUSTER}/agentPools/chain"
    assert found.lines == ()


def test_what_is_written_is_what_the_plan_reads(folder: Path, planned: Sequence[Planned]) -> None:
    """Comments and the order of everything stay; a version is in quotes, or YAML would take it for a number."""
    live = (
        Live(id=CLUSTER, said={"version": "1.28"}),
        Live(id=COSMOS, said={**ONE_REGION, **PERIODIC}),
        Live(id=STORAGE, said={"sku": "Standard_GRS"}),
    )
    edit(folder, "dev", {})
    found = looked(folder, planned, *live)
    file = folder / "Pulumi.dev.yaml"
    before = yaml.safe_load(file.read_text())["config"]
    assert write_entries(file, found.entries, found.subnet_names, found.lines) == len(found.entries) + 3
    text, after = file.read_text(), yaml.safe_load(file.read_text())["config"]
    assert 'version: "1.28"' in text
    assert "periodic_backup: {interval_minutes: 240, retention_hours: 8, redundancy: Geo}" in text
    assert after["mystira:storage"]["sku"] == "Standard_GRS"
    assert list(after)[: len(before)] == list(before)
    assert list(after["mystira:storage"]) == list(before["mystira:storage"])
    # The backup needs a waiver, and what the redundancy of dev needed is over.
    edit(folder, "dev", {"waivers.cosmos-backup": waived(), "waivers.storage-redundancy": GONE})
    assert plan("dev", folder).adopt == found.entries
    assert looked(folder, planned, *live).lines == ()


ZONE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/old/providers/Microsoft.Network/dnsZones/mystira.app"


@pytest.fixture(scope="module")
def of_shared(plans: Mapping[str, StackPlan]) -> Sequence[Planned]:
    return everything(plans["shared"])


def zones(folder: Path, planned: Sequence[Planned], *ids: str) -> Adoption:
    """What live zones mean for `shared`, which is in a subscription of its own."""
    context = context_from_file("shared", folder, TODAY, CATALOGUE)
    own = str(context.settings.azure.subscription_id)
    live = (group("mys-shared-acr-rg-san"), *ids)
    found = tuple(Live(id=id.replace(SUBSCRIPTION, own)) for id in live)
    return adoption(context, planned, Source("live", found), stacks_of(context, {}))


def test_the_zone_of_the_domain_is_adopted_by_a_setting_of_its_own(folder: Path, of_shared: Sequence[Planned]) -> None:
    found = zones(folder, of_shared, ZONE)
    (line,) = found.lines
    assert (line.setting, line.entry, line.value.rpartition("/")[2]) == ("dns.adopt", True, "mystira.app")
    assert not any(key.startswith("dns-zone/") for key in found.entries)
    assert found.open == ()
    write_entries(folder / "Pulumi.shared.yaml", {}, {}, found.lines)
    assert plan("shared", folder).adopt == {"dns-zone/domain": line.value}


def test_of_two_zones_of_the_domain_neither_is_taken(folder: Path, of_shared: Sequence[Planned]) -> None:
    """Azure takes a domain twice, in two groups; only the registrar knows which one answers."""
    found = zones(folder, of_shared, ZONE, ZONE.replace("/old/", "/older/"))
    assert found.lines == ()
    told = [match.detail for match in found.matches if match.id.endswith("mystira.app")]
    assert told == ["one of 2 zones of this domain: name the one that answers by hand"] * 2
