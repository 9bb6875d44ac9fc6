"""The reviewed outcome of taking over the estate: each live resource of each environment once, with its one reason.

The states in ``tests/adopt/live`` have the addresses, ids and attributes of the estate that adoption reads, by its
facts (estate-core 1 to 6 and 10, estate-services 1 to 7). In place of secrets they have a mark, which nothing may say.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from components.facts.ids import path_values
from components.facts.model import ResourceType
from components.naming.environments import environment_of
from stacks.adopt.files import source_in
from stacks.adopt.live import Live, group_of
from stacks.adopt.match import matches
from stacks.adopt.outcome import Stacks
from stacks.adopt.reasons import Match, Reason
from stacks.build.recording import PRINCIPAL, Registration
from stacks.plan.model import StackPlan
from tests.harness.build import recording
from tests.harness.golden import ACCEPT, GoldenFile
from tests.harness.settings import ENVIRONMENTS, every_environment, plan

LIVE = Path(__file__).parents[1] / "adopt" / "live"
COUNTED = {"dev": 258, "staging": 113, "prod": 187}
"""Resources at Azure and objects of Entra ID (estate-core 10)."""
NOT_LISTED = (
    "azurerm_app_service_c",
    "azurerm_cdn_frontdoor_custom",
    "azurerm_cdn_frontdoor_o",
    "azurerm_cdn_frontdoor_route",
    "azurerm_cdn_frontdoor_sec",
    "azurerm_cognitive_deployment",
    "azurerm_consumption",
    "azurerm_cosmosdb_sql_",
    "azurerm_dns_",
    "azurerm_federated_identity_credential",
    "azurerm_key_vault_access_policy",
    "azurerm_key_vault_secret",
    "azurerm_kubernetes_cluster_node_pool",
    "azurerm_postgresql_flexible_server_",
    "azurerm_private_dns_a_record",
    "azurerm_resource_group",
    "azurerm_role_assignment",
    "azurerm_servicebus_queue",
    "azurerm_static_web_app_custom_domain",
    "azurerm_storage_container",
    "azurerm_storage_management_policy",
    "azurerm_subnet",
)
"""What `az resource list` leaves out, by Terraform's types."""
KIND = re.compile(r"\b(azurerm_\w+)\.")
SEEDS = range(3)


class Estate:
    """What the estate has of one environment, and what the stack makes of it."""

    def __init__(self, stack: str, folder: Path) -> None:
        self.plan: StackPlan = plan(stack)
        self.registrations: Sequence[Registration] = recording(self.plan).registrations
        self._folder = folder
        self.source = source_in(self.file(stack))
        self.stacks = Stacks(self.plan.environment, self.plan.subscription_id.lower())

    def file(self, stack: str) -> Path:
        """The state of an environment, in this one's subscription: the estate has one for all."""
        text = (LIVE / f"{stack}.tfstate").read_text()
        file = self._folder / f"{stack}.tfstate"
        file.write_text(text.replace("SUBSCRIPTION", self.plan.subscription_id).replace("TENANT", self.plan.tenant_id))
        return file

    def matched(self, live: Sequence[Live]) -> list[Match]:
        """What becomes of live resources."""
        return matches(live, recording(self.plan).everything, self.stacks)


@pytest.fixture(scope="module")
def estates(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Estate]:
    return {stack: Estate(stack, tmp_path_factory.mktemp(stack)) for stack in ENVIRONMENTS}


def lines(found: Sequence[Match], twice: int) -> Iterator[str]:
    """How many there are of each reason, and each resource with its own."""
    counts = Counter(match.reason for match in found)
    reasons = ", ".join(f"{counts[reason]} {reason}" for reason in Reason)
    yield f"{len(found)} live resources: {reasons}; besides {twice} that the state tells twice"
    for match in sorted(found, key=lambda match: match.live.address):
        yield f"{match.live.address} -> {match.said}"


@every_environment
def test_what_becomes_of_the_estate_is_what_was_reviewed(
    stack: str, estates: Mapping[str, Estate], snapshot: SnapshotAssertion
) -> None:
    estate = estates[stack]
    found = [match for match in estate.matched(estate.source.live) if not match.live.implied]
    twice = estate.source.left_out.get("said twice", 0)
    assert len(found) + twice == COUNTED[stack]
    text = "\n".join(lines(found, twice)) + "\n"
    assert "CANARY" not in text
    assert text == snapshot(name=f"adoption-{stack}", extension_class=GoldenFile), f"adoption-{stack}.txt {ACCEPT}"


@every_environment
def test_nothing_is_matched_wrongly(stack: str, estates: Mapping[str, Estate]) -> None:
    """Each takes the place of one resource of its own type, in its own group, in the same region."""
    estate = estates[stack]
    planned = {each.key: each for each in estate.registrations}
    adopted = [match for match in estate.matched(estate.source.live) if match.key]
    assert max(Counter(match.key for match in adopted).values()) == 1
    for match in adopted:
        if match.live.kind:
            continue
        registration = planned[match.key]
        assert isinstance(registration.row, ResourceType)
        assert path_values(registration.row, match.id), match.id
        assert environment_of(group_of(match.id)[1]) in (stack, ""), match.id
        wanted = str(registration.inputs.get("location") or "").replace(" ", "").lower()
        assert not wanted or match.live.location in ("", wanted), match.id


@every_environment
def test_nothing_is_missed_that_azure_would_refuse_to_make_again(stack: str, estates: Mapping[str, Estate]) -> None:
    """Whoever has the id, or the scope, role and principal, of something that the plan makes is taken over."""
    estate = estates[stack]
    found = estate.matched(estate.source.live)
    keys = {match.id.lower(): match.key for match in found if match.key}
    named = {match.key: match.id.lower() for match in found if match.key}
    renamed = {each.id.lower(): named[each.key] for each in estate.registrations if each.key in named}
    for registration in estate.registrations:
        if registration.id.lower() in {match.id.lower() for match in found}:
            assert keys.get(registration.id.lower()) == registration.key
    holders = {
        match.live.principal: f"{PRINCIPAL}{registration.physical}".lower()
        for match in found
        for registration in estate.registrations
        if match.key == registration.key and match.live.principal
    }
    wanted = {granted(registration, renamed): registration.key for registration in estate.registrations}
    for match in found:
        if match.live.role:
            holder = holders.get(match.live.assignee, match.live.assignee).lower()
            assert wanted.get((match.live.scope.lower(), match.live.role, holder), "") == match.key


def granted(registration: Registration, renamed: Mapping[str, str]) -> tuple[str, str, str]:
    """Scope, role and principal of an assignment of the plan, the scope by the id that is live."""
    inputs: Mapping[str, Any] = registration.inputs
    scope = str(inputs.get("scope", "")).lower()
    role = str(inputs.get("roleDefinitionId", "")).rpartition("/")[2].lower()
    return renamed.get(scope, scope), role, str(inputs.get("principalId", "")).lower()


def own(found: Sequence[Match]) -> dict[str, str]:
    return {match.key: match.id for match in found if match.key}


@every_environment
def test_a_list_of_the_whole_subscription_says_the_same_in_any_order(
    stack: str, estates: Mapping[str, Estate], tmp_path: Path
) -> None:
    """All environments of the estate are in one subscription. What its own state matches is matched; of the others
    nothing is, neither from their states nor from ids alone."""
    estate = estates[stack]
    mine = own(estate.matched(estate.source.live))
    whole = [each for other in ENVIRONMENTS for each in source_in(estate.file(other)).live]
    strangers = {each.id for each in whole} - {each.id for each in estate.source.live}
    for seed in SEEDS:
        mixed = estate.matched(random.Random(seed).sample(whole, len(whole)))
        assert own(mixed) == mine
    ids = [each.id for each in whole if each.id.startswith("/subscriptions/")]
    listed = [each.id for each in whole if is_listed(each)]
    for known in (ids, listed):
        outcomes = []
        for seed in SEEDS:
            file = tmp_path / "ids"
            file.write_text("\n".join(random.Random(seed).sample(known, len(known))))
            outcomes.append(own(estate.matched(source_in(file).live)))
        assert all(each == outcomes[0] for each in outcomes)
        assert not strangers & set(outcomes[0].values())
        # A list of ids tells less: neither roles nor what a link is for.
        assert outcomes[0].items() <= mine.items()


def is_listed(live: Live) -> bool:
    """Whether `az resource list` has it."""
    kind = KIND.search(live.address)
    return kind is not None and not kind[1].startswith(NOT_LISTED) and live.id.startswith("/subscriptions/")


@every_environment
def test_nothing_of_the_estate_is_unknown(stack: str, estates: Mapping[str, Estate]) -> None:
    estate = estates[stack]
    assert [match.id for match in estate.matched(estate.source.live) if match.reason is Reason.UNKNOWN] == []
