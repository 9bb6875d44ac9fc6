"""prod's live profile is upgraded and then adopted, walked on the offline cloud."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from components.cdn.facts import PREMIUM, STANDARD
from components.facts.types import RESOURCE_TYPES
from mystira.live_azure import from_azure
from stacks.adopt.match import matches
from stacks.adopt.outcome import Stacks
from stacks.adopt.reasons import Match, Reason
from stacks.build.recording import Planned, recording_of
from stacks.plan.model import StackPlan
from tests.harness.az import Flags, OfflineAz
from tests.harness.offline import Cloud
from tests.harness.preflight import arm_of
from tests.harness.runbook import MOVES, Refusal, Shell, Unfinished, shell_for

PAGE = MOVES / "front-door.md"
GROUP = "mys-prod-core-rg-san"
NAME = "mystira-prod-fd"
WITHIN = {"resourceGroupName": GROUP, "profileName": NAME}
PROFILE, ENDPOINT, DOMAIN, POLICY, FIREWALL = (
    RESOURCE_TYPES[key].token
    for key in (
        "front-door-profile",
        "front-door-endpoint",
        "front-door-custom-domain",
        "front-door-security-policy",
        "waf-policy",
    )
)
UPGRADE = "/upgrade?api-version=2024-02-01"
ADDRESS = "https://management.azure.com"


class EdgeAz(OfflineAz):
    """With the commands for Front Door."""

    def __init__(self, cloud: Cloud, profile: str) -> None:
        super().__init__(cloud)
        self.profile = profile
        asked = ("-g", "--profile-name")
        self.add("afd profile show", *asked, does=self._shown)
        self.add("afd custom-domain list", *asked, does=lambda flags: self._listed(flags, DOMAIN))
        self.add("afd security-policy list", *asked, does=lambda flags: self._listed(flags, POLICY))
        self.add("rest", "--method", "--url", "--body", does=self._upgrade)

    def _shown(self, flags: Flags) -> Any:
        assert (flags["-g"], flags["--profile-name"]) == (GROUP, NAME)
        return self.resource(self.profile)

    def _listed(self, flags: Flags, token: str) -> list[Any]:
        self._shown(flags)
        return [self.resource(each.id) for each in self.cloud.world.of_type(token)]

    def _upgrade(self, flags: Flags) -> None:
        """Microsoft: AFD Profiles - Upgrade."""
        assert (flags["--method"], flags["--url"]) == ("post", f"{ADDRESS}{self.profile}{UPGRADE}")
        body = self.cloud.body(self.profile)
        if body["sku"]["name"] != STANDARD:
            raise Refusal("BadRequest: the profile is no Standard profile")
        mapped = {
            each["securityPolicyName"]: each["changeToWafPolicy"]["id"]
            for each in json.loads(flags["--body"])["wafMappingList"]
        }
        policies = self.cloud.world.of_type(POLICY)
        if mapped.keys() != {each.id.rpartition("/")[2] for each in policies}:
            raise Refusal("BadRequest: every security policy needs a firewall policy of Premium")
        with self.cloud.world.writing("update", PROFILE, self.profile) as cloud:
            for each in policies:
                target = mapped[each.id.rpartition("/")[2]]
                old = cloud.get(each.body["parameters"]["wafPolicy"]["id"])
                assert old is not None
                cloud.put(target, FIREWALL, {**old.body, "sku": {"name": PREMIUM}})
                parameters = {**each.body["parameters"], "wafPolicy": {"id": target}}
                cloud.put(each.id, POLICY, {**each.body, "parameters": parameters})
            cloud.put(self.profile, PROFILE, {**body, "sku": {"name": PREMIUM}})


@dataclass
class Move:
    """The live profile, and what the program would take over."""

    cloud: Cloud
    plan: StackPlan
    planned: tuple[Planned, ...]
    profile: str
    shell: Shell
    adopted: tuple[Match, ...] = ()

    def look(self) -> dict[str, Match]:
        """What becomes of each live resource, by its id."""
        stacks = Stacks("prod", self.plan.subscription_id)
        live = from_azure(self.plan, stacks, arm_of(self.cloud.world, self.plan.subscription_id)).live
        return {each.id: each for each in matches(live, self.planned, stacks)}

    def uv(self, arguments: Sequence[str]) -> str:
        """The program, as far as it is asked about this."""
        if " ".join(arguments) == "run mystira adopt prod --from azure":
            self.adopted = tuple(each for each in self.look().values() if each.reason is Reason.ADOPTED)
        else:
            assert " ".join(arguments) == "run mystira smoke prod"
        return ""


@pytest.fixture
def move(plans: Mapping[str, StackPlan], tmp_path: Path) -> Iterator[Move]:
    plan = plans["prod"]
    cloud = Cloud(tmp_path / "cloud.db", plan.subscription_id)
    cloud.make(RESOURCE_TYPES["resource-group"].token, resourceGroupName=GROUP, location="southafricanorth")
    profile = cloud.make(PROFILE, **WITHIN, location="Global", sku={"name": STANDARD}).id
    cloud.make(ENDPOINT, **WITHIN, endpointName="mystira-prod", location="Global")
    planned = tuple(recording_of(plan).everything)
    (host, *_) = [each.inputs["hostName"] for each in planned if each.row.key == "front-door-custom-domain"]
    domain = cloud.make(DOMAIN, **WITHIN, customDomainName=host.replace(".", "-"), hostName=host).id
    firewall = cloud.make(
        FIREWALL, resourceGroupName=GROUP, policyName="mystiraprodwaf", location="Global", sku={"name": STANDARD}
    ).id
    cloud.make(
        POLICY,
        **WITHIN,
        securityPolicyName="mystira-prod-security-policy",
        parameters={
            "type": "WebApplicationFirewall",
            "wafPolicy": {"id": firewall},
            "associations": [{"domains": [{"id": domain}], "patternsToMatch": ["/*"]}],
        },
    )
    made = Move(cloud, plan, planned, profile, Shell(PAGE, tmp_path))
    programs = {"az": EdgeAz(cloud, profile), "uv": made.uv, "sleep": lambda _: "", "git": lambda _: ""}
    with shell_for(PAGE, tmp_path / "shell", programs) as made.shell:
        made.shell.walk("Before", GROUP=GROUP, PROFILE=NAME)
        yield made


def test_the_upgraded_profile_is_taken_over_with_its_hosts(move: Move) -> None:
    before = move.look()[move.profile]
    assert before.reason is Reason.OUTSIDE
    assert f"it is {STANDARD}, the plan's {PREMIUM}" in before.detail
    move.shell.walk("Steps", 1, 2)
    assert move.cloud.body(move.profile)["sku"]["name"] == PREMIUM
    move.shell.walk("Steps", 3)
    kinds = {each.live.row.key for each in move.adopted if each.live.row}
    assert kinds >= {"front-door-profile", "front-door-endpoint", "front-door-custom-domain"}
    assert "mystiraprodwafpremium" in move.shell.walk("How to see that it worked")
    move.shell.walk("Way back")


def test_there_is_no_second_upgrade_and_no_host_may_be_lost(move: Move) -> None:
    move.shell.walk("Steps", 1, 2)
    with pytest.raises(Unfinished, match="no Standard profile"):
        move.shell.walk("Steps", 2)
    (domain,) = move.cloud.world.of_type(DOMAIN)
    with move.cloud.world.writing("delete", DOMAIN, domain.id) as cloud:
        cloud.delete(domain.id)
    with pytest.raises(Unfinished):
        move.shell.walk("How to see that it worked")
