"""What Azure refuses about App Service, what it fills in, and what a swap moves."""

from __future__ import annotations

from typing import Any

import pytest

from components.problems import MystiraError
from offline.azure.owned import move_owned
from offline.azure.services.app_hosting import health, swap
from tests.harness.offline import REGION, ROOT, Cloud, endpoint, token_of

PLAN, SITE, SLOT = map(token_of, ("app-service-plan", "web-app", "web-app-slot"))
SETTINGS, SLOT_SETTINGS = map(token_of, ("web-app-settings", "web-app-slot-settings"))
STICKY, AUTOSCALE = map(token_of, ("web-app-sticky-names", "autoscale-setting"))
NAME, KIND = "mys-dev-app-app-san", "app,linux"
SITE_ID = f"{ROOT}/providers/Microsoft.Web/sites/{NAME}"


def plan(cloud: Cloud, sku: str = "P1v3", **more: Any) -> str:
    return cloud.make(PLAN, name="plan", location=REGION, kind="linux", reserved=True, sku={"name": sku}, **more).id


def site(cloud: Cloud, sku: str = "P1v3", **more: Any) -> str:
    inputs = {"kind": KIND, "serverFarmId": plan(cloud, sku), "reserved": True, **more}
    return cloud.make(SITE, name=NAME, location=REGION, **inputs).id


def slot(cloud: Cloud, name: str = "staging", **more: Any) -> Any:
    return cloud.make(SLOT, **slot_inputs(cloud, name, **more))


def slot_inputs(cloud: Cloud, name: str = "staging", **more: Any) -> dict[str, Any]:
    farm = cloud.body(SITE_ID)["serverFarmId"]
    return {"name": NAME, "slot": name, "location": REGION, "kind": KIND, "serverFarmId": farm, **more}


def test_a_plan_knows_its_tier_and_its_bounds(cloud: Cloud) -> None:
    body = cloud.body(plan(cloud))
    assert (body["sku"]["tier"], body["sku"]["capacity"], body["maximumNumberOfWorkers"]) == ("PremiumV3", 1, 30)


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"sku": {"name": "P9v9"}}, "is not valid"),
        ({"sku": {"name": "B1", "capacity": 4}}, "at most 3 instances"),
        ({"sku": {"name": "S1", "capacity": 2}, "zoneRedundant": True}, "Zone redundancy is not supported"),
    ],
)
def test_a_plan_that_azure_refuses(cloud: Cloud, inputs: dict[str, Any], words: str) -> None:
    assert words in str(cloud.refused("BadRequest", PLAN, name="plan", location=REGION, **inputs))


def test_basic_has_no_slots(cloud: Cloud) -> None:
    site(cloud, "B1")
    cloud.refused("Conflict", SLOT, **slot_inputs(cloud))


def test_standard_has_five_with_production(cloud: Cloud) -> None:
    site(cloud, "S1")
    for number in range(5):
        slot(cloud, f"s{number}")
    cloud.refused("Conflict", SLOT, **slot_inputs(cloud, "s5"))


def test_a_slot_is_of_the_kind_of_its_site(cloud: Cloud) -> None:
    site(cloud)
    cloud.refused("BadRequest", SLOT, **slot_inputs(cloud, kind="functionapp"))


def test_a_site_does_not_return_its_variables(cloud: Cloud) -> None:
    """Which is why they are separate resources: nobody would see them change."""
    config = {"appSettings": [{"name": "A", "value": "1"}], "linuxFxVersion": "DOTNETCORE|10.0"}
    id = site(cloud, siteConfig=config)
    read = cloud.azure.read("urn", SITE, id, {}, {})
    assert read is not None
    assert "appSettings" not in read.properties["siteConfig"]
    assert read.properties["siteConfig"]["linuxFxVersion"] == "DOTNETCORE|10.0"


def test_a_private_endpoint_is_at_the_site_also_for_its_slot(cloud: Cloud) -> None:
    id = site(cloud)
    subnet = cloud.network()
    token = token_of("private-endpoint")

    def inputs(target: str, group: str) -> dict[str, Any]:
        return {**endpoint(subnet, target, group), "privateEndpointName": f"pe-{group}"}

    cloud.refused("BadRequest", token, **inputs(id, "sites-staging"))
    made = slot(cloud)
    cloud.refused("InvalidPrivateLinkServiceIdType", token, **inputs(made.id, "sites"))
    cloud.refused("BadRequest", token, **inputs(id, "site"))
    cloud.make(token, **inputs(id, "sites"))
    cloud.make(token, **inputs(id, "sites-staging"))


@pytest.mark.requirement("S1-055", "S1-059")
def test_a_swap_moves_the_code_and_leaves_what_stays_with_the_slot(cloud: Cloud) -> None:
    id = site(cloud)
    slot(cloud)
    own = {"name": NAME}
    cloud.make(STICKY, **own, appSettingNames=["WHERE"])
    cloud.make(SETTINGS, **own, properties={"WHERE": "production", "CODE": "old"})
    cloud.make(SLOT_SETTINGS, **own, slot="staging", properties={"WHERE": "staging", "CODE": "new"})
    release = {"healthy": False}
    with cloud.world.writing("release", SLOT, f"{id}/slots/staging") as writer:
        writer.put(f"{id}/slots/staging", SLOT, {**cloud.body(f"{id}/slots/staging"), "__release": release})
    assert (health(cloud.world, id), health(cloud.world, f"{id}/slots/staging")) == (100.0, 0.0)
    swap(cloud.world, id, "staging")
    assert (health(cloud.world, id), health(cloud.world, f"{id}/slots/staging")) == (0.0, 100.0)
    assert cloud.body(f"{id}/config/appsettings")["properties"] == {"WHERE": "production", "CODE": "new"}
    there = cloud.body(f"{id}/slots/staging/config/appsettings")["properties"]
    assert there == {"WHERE": "staging", "CODE": "old"}
    assert cloud.body(id)["slotSwapStatus"] == {
        "sourceSlotName": "staging",
        "destinationSlotName": "Production",
    }


def test_a_swap_of_nothing_is_one_clear_error(cloud: Cloud) -> None:
    with pytest.raises(MystiraError, match="the offline cloud has no"):
        swap(cloud.world, SITE_ID, "staging")


def rules(target: str, name: str = "scale") -> dict[str, Any]:
    capacity = {"minimum": "1", "maximum": "2", "default": "1"}
    return {
        "autoscaleSettingName": name,
        "location": REGION,
        "targetResourceUri": target,
        "profiles": [{"name": "cpu", "capacity": capacity, "rules": []}],
    }


def test_basic_does_not_scale_by_rules(cloud: Cloud) -> None:
    cloud.refused("BadRequest", AUTOSCALE, **rules(plan(cloud, "B1")))


def test_rules_change_the_number_of_instances_between_two_runs_within_their_bounds(cloud: Cloud) -> None:
    id = plan(cloud)
    cloud.make(AUTOSCALE, **rules(id))
    assert move_owned(cloud.world) == 1
    assert (cloud.body(id)["sku"]["capacity"], cloud.body(id)["numberOfWorkers"]) == (2, 2)
    assert move_owned(cloud.world) == 0
