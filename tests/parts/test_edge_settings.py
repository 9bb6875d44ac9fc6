"""What the settings of the edge change: regions, hosts that are only prepared, the firewall."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacks.parts.edge.plan import EDGE
from stacks.parts.groups.plan import EDGE_GROUP, GROUPS
from tests.harness.build import by_name, compose_up_to, every, waits
from tests.harness.settings import GONE, edited_plan, waived

GROUP, ORIGIN, DOMAIN = "front-door-origin-group", "front-door-origin", "front-door-custom-domain"
ROUTE, RECORD = "front-door-route", "dns-record-set"


WEST = {"host_name": "api.westeurope.example", "private_link_id": "/subscriptions/s/site", "group": "sites"}


@pytest.mark.requirement("S1-116", "S2-070", "S2-089")
def test_two_regions_share_the_requests_and_one_takes_over_within_the_time_that_is_set(folder: Path) -> None:
    shares = {"southafricanorth": {"priority": 1}, "westeurope": {**WEST, "priority": 2, "weight": 10}}
    made = edited_plan(folder, "prod", {"edge.origins": {"api": shares}})
    (group,) = [each for each in made.of(EDGE).spec.groups if each.name == "api"]
    assert [(each.name, each.priority, each.weight) for each in group.origins] == [
        ("api-san", 1, 1000),
        ("api-euw", 2, 10),
    ]
    assert group.origins[1].link_region == "westeurope"
    found = compose_up_to(EDGE, made)
    probe = by_name(found, GROUP)["api"].inputs
    interval = probe["healthProbeSettings"]["probeIntervalInSeconds"]
    assert interval * probe["loadBalancingSettings"]["sampleSize"] <= 30
    assert probe["loadBalancingSettings"]["successfulSamplesRequired"] == 3
    assert waits(by_name(found, ROUTE)["api"], ORIGIN) == {"api-san", "api-euw"}
    assert by_name(found, GROUP)["app"].inputs["healthProbeSettings"]["probeIntervalInSeconds"] == 100


def test_what_is_only_prepared_has_an_origin_and_nothing_that_leads_to_it(folder: Path) -> None:
    made = edited_plan(folder, "dev", {"edge.prepared": ["api"]})
    found = compose_up_to(EDGE, made)
    assert "api" in by_name(found, GROUP)
    assert "api-san" in by_name(found, ORIGIN)
    for kind in (DOMAIN, ROUTE):
        assert "api" not in by_name(found, kind)
    assert not {"cname-dev.api", "txt-_dnsauth.dev.api"} & by_name(found, RECORD).keys()


def test_without_an_edge_there_is_neither_group_nor_record(folder: Path) -> None:
    changes = {"edge": {"enabled": False}, "waivers.waf-prevention": GONE, "waivers.static-site-gate": GONE}
    made = edited_plan(folder, "dev", changes)
    assert EDGE.key not in made.parts
    assert EDGE_GROUP not in {each.key for tier in made.of(GROUPS) for each in tier.groups}


def test_a_service_that_is_not_public_is_not_served(folder: Path) -> None:
    made = edited_plan(folder, "dev", {"services.publisher.public": False})
    assert "publisher" not in {each.name for each in made.of(EDGE).spec.entrances}
    assert "publisher" not in {each.name for each in made.of(EDGE).spec.groups}


def test_an_environment_whose_cluster_signs_its_certificate_finds_the_zone_all_the_same(folder: Path) -> None:
    made = edited_plan(folder, "dev", {"ingress.certificates": "none"})
    found = compose_up_to(EDGE, made)
    assert {each.inputs["zoneName"] for each in every(found, RECORD)} == {"mystira.app"}


def test_ranges_countries_and_exclusions_come_to_the_firewall(folder: Path) -> None:
    waf = {
        "countries": {"allow": ["ZA", "ZZ"]},
        "ranges": {"admin": ["203.0.113.0/24", "2001:db8::/32"]},
        "exclusions": {
            "story": {
                "group": "SQLI",
                "rule": "942430",
                "variable": "RequestBodyJsonArgNames",
                "selector": "story",
                "reason": "stories have more quotes than the rule takes",
            }
        },
    }
    # Otherwise the tests from outside must be let in as well.
    unasked = {"waivers.alert-hostdown": waived()}
    spec = edited_plan(folder, "prod", {"edge.waf": waf, **unasked}).of(EDGE).spec.firewall
    found = {rule.name: rule for rule in spec.rules}
    assert found["CountriesAllowed"].conditions[0].values == ("ZA", "ZZ")
    assert found["RangesAdmin"].conditions[0].values == ("admin.mystira.app",)
    assert found["RangesAdmin"].conditions[1].values == ("203.0.113.0/24", "2001:db8::/32")
    assert [(each.group, each.rule, each.selector) for each in spec.exclusions] == [("SQLI", "942430", "story")]


def test_an_instance_has_an_endpoint_of_its_own(folder: Path) -> None:
    """Its name is reused within the tenant, so that two platforms would get one."""
    made = edited_plan(folder, "dev", {"naming": {"instance": "x1"}})
    assert made.of(EDGE).spec.endpoint == "mysx1-dev"


@pytest.mark.requirement("S1-114")
def test_a_live_profile_stays_in_its_group_with_everything_in_it(folder: Path) -> None:
    """Azure upgrades it where it lies; what is new in it lies there too."""
    group = "/subscriptions/00000000-0000-4000-8000-000000000003/resourceGroups/mys-prod-core-rg-san"
    live = f"{group}/providers/Microsoft.Cdn/profiles/mystira-prod-fd"
    found = compose_up_to(EDGE, edited_plan(folder, "prod", {"adopt": {"front-door-profile/core": live}}))
    parts = ("endpoint", "route", "origin-group", "origin", "custom-domain", "security-policy", "rule-set", "rule")
    for kind in ("profile", *parts):
        lies = {each.inputs["resourceGroupName"] for each in every(found, f"front-door-{kind}")}
        assert lies == {"mys-prod-core-rg-san"}, kind
