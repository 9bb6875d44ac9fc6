"""Addresses of Services, and their private links: what Azure takes and refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from offline.kubernetes.played import kinds, load_balancers
from offline.kubernetes.played.api import ApiError, Object
from offline.kubernetes.played.private_links import LINK
from offline.kubernetes.played.turn import Turn
from tests.harness.memory_api import MemoryApi
from tests.harness.played import GATEWAY_ADDRESS, LINK_GROUP, SPACE, SUBSCRIPTION, Estate, group_id, object_of

_BALANCER = "service.beta.kubernetes.io/azure-load-balancer-"
_LINK = "service.beta.kubernetes.io/azure-pls-"
INTERNAL = {_BALANCER + "internal": "true", _BALANCER + "internal-subnet": "private-link"}
LINKED = {
    **INTERNAL,
    _BALANCER + "ipv4": GATEWAY_ADDRESS,
    _LINK + "create": "true",
    _LINK + "name": "mys-dev-core-pls-san",
    _LINK + "resource-group": LINK_GROUP,
    _LINK + "visibility": SUBSCRIPTION,
}
JOINED = "Microsoft.Network/virtualNetworks/subnets/join/action"


class Balancers:
    """Services of a cluster in memory, beside its Azure side."""

    def __init__(self, folder: Path, *, granted: bool = True) -> None:
        self.estate = Estate(folder).build()
        if granted:
            self.estate.may_link()
        self.api = MemoryApi()

    def add(self, annotations: dict[str, str], name: str = "gateway", port: int = 443, **spec: Any) -> None:
        wanted = {"type": "LoadBalancer", "ports": [{"port": port}], **spec}
        self.api.create(object_of("Service", name, metadata={"annotations": annotations}, spec=wanted))

    def step(self) -> None:
        found = self.estate.world.get(self.estate.cluster.id)
        assert found is not None
        load_balancers.act(Turn(self.api, self.estate.world, found))

    def address(self, name: str = "gateway") -> str:
        self.step()
        service: Object = self.api.get(kinds.SERVICE, name, SPACE) or {}
        shown = (service.get("status") or {}).get("loadBalancer") or {"ingress": [{"ip": ""}]}
        return shown["ingress"][0]["ip"]

    def refused(self, annotations: dict[str, str], **more: Any) -> str:
        """Why a Service gets no address."""
        self.add(annotations, **more)
        assert self.address(more.get("name", "gateway")) == ""
        return self.api.messages("SyncLoadBalancerFailed")[-1]

    def links(self) -> list[str]:
        return [each.id for each in self.estate.world.of_type(LINK)]


@pytest.fixture
def balancers(tmp_path: Path) -> Balancers:
    return Balancers(tmp_path)


def test_a_service_gets_the_planned_address_and_another_one_a_free_one(balancers: Balancers) -> None:
    balancers.add({**INTERNAL, _BALANCER + "ipv4": GATEWAY_ADDRESS})
    balancers.add(INTERNAL, "p2p", 30303)
    assert balancers.address() == GATEWAY_ADDRESS
    assert balancers.address("p2p") == "10.0.6.4"
    written = balancers.api.writes
    balancers.step()
    assert balancers.api.writes == written


def test_an_address_of_the_service_itself_counts_as_well(balancers: Balancers) -> None:
    balancers.add(INTERNAL, loadBalancerIP="10.0.6.13")
    assert balancers.address() == "10.0.6.13"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("10.0.9.14", "PrivateIPAddressNotInSubnet"),
        ("10.0.6.2", "PrivateIPAddressInReservedRange"),
        ("10.0.6.13", "PrivateIPAddressIsAllocated"),
    ],
)
def test_an_address_must_be_free_and_of_the_subnet(balancers: Balancers, address: str, code: str) -> None:
    balancers.add({**INTERNAL, _BALANCER + "ipv4": "10.0.6.13"}, "p2p")
    assert balancers.address("p2p") == "10.0.6.13"
    said = balancers.refused({**INTERNAL, _BALANCER + "ipv4": address})
    assert said.startswith(
        "Error syncing load balancer: failed to ensure load balancer: PUT https://management.azure.com"
    )
    assert f"ERROR CODE: {code}" in said


def test_services_share_an_address_on_ports_of_their_own(balancers: Balancers) -> None:
    asked = {**INTERNAL, _BALANCER + "ipv4": GATEWAY_ADDRESS}
    balancers.add(asked)
    balancers.add(asked, "other", 8443)
    assert (balancers.address(), balancers.address("other")) == (GATEWAY_ADDRESS, GATEWAY_ADDRESS)


@pytest.mark.parametrize(
    ("annotations", "message"),
    [
        ({}, "the offline cloud plays internal load balancers only"),
        ({**INTERNAL, _BALANCER + "mode": "auto"}, "the offline cloud does not play "),
        (
            {**INTERNAL, _BALANCER + "internal-subnet": "nowhere"},
            "lb(kubernetes-internal) - failed to get subnet: mys-dev-core-vnet-san/nowhere",
        ),
        ({**INTERNAL, _BALANCER + "internal-subnet": "closed"}, f"'{JOINED}'"),
        ({**LINKED, _LINK + "resource-group": "nowhere"}, "ERROR CODE: ResourceGroupNotFound"),
        ({**LINKED, _LINK + "ip-configuration-ip-address-count": "9"}, "ipConfig is 8, 9 provided"),
        (
            {**LINKED, _LINK + "ip-configuration-subnet": "nowhere"},
            "failed to get private link service subnet(nowhere)",
        ),
        (
            {**LINKED, _LINK + "ip-configuration-subnet": "closed"},
            "'Microsoft.Network/virtualNetworks/subnets/write'",
        ),
    ],
)
def test_why_a_service_gets_no_address(balancers: Balancers, annotations: dict[str, str], message: str) -> None:
    assert message in balancers.refused(annotations)
    assert balancers.links() == []


def test_a_link_is_there_before_the_address_and_goes_with_its_service(balancers: Balancers) -> None:
    before = balancers.estate.world.seen()
    balancers.add(LINKED)
    assert balancers.address() == GATEWAY_ADDRESS
    assert balancers.links() == [
        f"{group_id(LINK_GROUP)}/providers/Microsoft.Network/privateLinkServices/mys-dev-core-pls-san"
    ]
    body = balancers.estate.world.of_type(LINK)[0].body
    assert body["visibility"] == {"subscriptions": [SUBSCRIPTION]}
    assert body["tags"]["k8s-azure-owner-service"] == "mys-dev/gateway"
    assert body["ipConfigurations"][0]["privateIPAddress"] == "10.0.6.4"
    balancers.step()
    assert balancers.estate.world.seen() == before + 1
    balancers.api.delete(kinds.SERVICE, "gateway", SPACE)
    assert balancers.api.get(kinds.SERVICE, "gateway", SPACE) is not None
    balancers.step()
    assert balancers.links() == []
    assert balancers.api.get(kinds.SERVICE, "gateway", SPACE) is None


def test_finalizers_that_went_meanwhile_are_not_written_again(balancers: Balancers, monkeypatch: Any) -> None:
    """The garbage collector ends a deletion in the foreground while the address is being released."""
    balancers.add(INTERNAL)
    assert balancers.address()
    api = balancers.api
    held = [*(api.get(kinds.SERVICE, "gateway", SPACE) or {})["metadata"]["finalizers"], "foregroundDeletion"]
    api.patch(kinds.SERVICE, "gateway", SPACE, {"metadata": {"finalizers": held}})
    api.delete(kinds.SERVICE, "gateway", SPACE)
    read = api.list

    def then_collected(*asked: Any) -> list[Object]:
        found = read(*asked)
        api.patch(kinds.SERVICE, "gateway", SPACE, {"metadata": {"finalizers": held[:-1]}})
        return found

    with monkeypatch.context() as patch:
        patch.setattr(api, "list", then_collected)
        with pytest.raises(ApiError, match="has been modified"):
            balancers.step()
    balancers.step()
    assert api.get(kinds.SERVICE, "gateway", SPACE) is None


def test_without_a_right_in_its_group_there_is_neither_link_nor_address(tmp_path: Path) -> None:
    balancers = Balancers(tmp_path, granted=False)
    estate = balancers.estate
    estate.grant("network-contributor", estate.control, estate.subnet("private-link"))
    assert "'Microsoft.Network/privateLinkServices/write'" in balancers.refused(LINKED)
    assert balancers.links() == []


def test_the_controller_opens_a_subnet_that_it_may_write(balancers: Balancers) -> None:
    estate = balancers.estate
    estate.grant("network-contributor", estate.control, estate.subnet("closed"))
    balancers.add({**LINKED, _LINK + "ip-configuration-subnet": "closed"})
    assert balancers.address() == GATEWAY_ADDRESS
    closed = estate.body(estate.network_id)["subnets"][2]
    assert closed["privateLinkServiceNetworkPolicies"] == "Disabled"


def test_a_link_takes_no_address_that_a_service_has(balancers: Balancers) -> None:
    balancers.add({**INTERNAL, _BALANCER + "ipv4": "10.0.6.5"}, "p2p", 30303)
    assert balancers.address("p2p") == "10.0.6.5"
    balancers.add({**LINKED, _LINK + "ip-configuration-ip-address-count": "8"})
    assert balancers.address() == GATEWAY_ADDRESS
    found = [each["privateIPAddress"] for each in balancers.estate.world.of_type(LINK)[0].body["ipConfigurations"]]
    assert found == [f"10.0.6.{each}" for each in (4, 6, 7, 8, 9, 10, 11, 12)]
    balancers.add(INTERNAL, "last", 1)
    assert balancers.address("last") == "10.0.6.13"
    assert "ERROR CODE: SubnetIsFull" in balancers.refused(INTERNAL, name="none", port=2)


def test_a_link_keeps_its_name_and_changes_with_its_service(balancers: Balancers) -> None:
    balancers.add(LINKED)
    balancers.step()
    more = {"metadata": {"annotations": {_LINK + "visibility": "*"}}}
    balancers.api.patch(kinds.SERVICE, "gateway", SPACE, more)
    balancers.step()
    assert balancers.estate.world.of_type(LINK)[0].body["visibility"] == {"subscriptions": ["*"]}
    other = {"metadata": {"annotations": {_LINK + "name": "another"}}}
    balancers.api.patch(kinds.SERVICE, "gateway", SPACE, other)
    balancers.step()
    said = balancers.api.messages("SyncLoadBalancerFailed")[-1]
    assert "cannot change existing private link service name (mys-dev-core-pls-san) to (another)" in said
