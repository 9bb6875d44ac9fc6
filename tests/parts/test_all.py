"""What must hold of every stack as a whole: names, tags, and that environments differ only where settings say so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations

import pytest

from components.facts.model import Naming
from components.facts.types import BY_TOKEN
from components.naming.rules import REQUIRED_TAGS, check_name
from tests.harness.compose import Composition
from tests.harness.settings import ENVIRONMENTS, every_stack

UNIQUE = (Naming.FIVE_PART, Naming.COMPACT, Naming.GUID)


@every_stack
@pytest.mark.requirement("S0-03", "S1-015")
def test_every_name_conforms_and_everything_is_tagged(stack: str, composed: Mapping[str, Composition]) -> None:
    for each in composed[stack].azure():
        row = BY_TOKEN[each.type]
        assert check_name(row, str(each.inputs[row.name_input]), each.name) == []
        if row.taggable:
            assert set(REQUIRED_TAGS) <= set(each.inputs["tags"])
            assert each.inputs["tags"]["Environment"] == stack


@pytest.mark.requirement("S1-005")
def test_environments_share_no_name(composed: Mapping[str, Composition]) -> None:
    names = {
        stack: {
            str(each.inputs[row.name_input])
            for each in composed[stack].azure()
            for row in [BY_TOKEN[each.type]]
            if row.naming in UNIQUE
        }
        for stack in ENVIRONMENTS
    }
    assert all(names.values())
    for one, two in combinations(ENVIRONMENTS, 2):
        assert not names[one] & names[two]


KEYS = {
    "service-bus-authorization-rule",
    "service-bus-queue-authorization-rule",
    "service-bus-topic-authorization-rule",
}
"""Only where ``local_auth`` lists Service Bus, and with them the connection strings in the vaults."""

PREMIUM_BUS = {
    "private-endpoint/service-bus-namespace-core",
    "private-dns-zone-group/service-bus-namespace-core",
    "metric-alert/core-buscpu",
    "metric-alert/core-busmemory",
}
"""Only a Premium bus has an endpoint, and a processor and a memory of its own to watch."""

SECOND_ADDRESS = {
    "public-ip-address/core-outbound-1",
    "diagnostic-setting/public-ip-address-core-outbound-1",
    "metric-alert/coreoutbound2-ipattack",
    "metric-alert/coreoutbound2-ipdown",
}
SLOT = {
    "autoscale-setting",
    "web-app-slot",
    "web-app-slot-settings",
    "web-app-slot-scm-allowed",
    "web-app-slot-ftp-allowed",
}
"""A Basic plan has neither slots nor rules that scale it."""

FIREWALL = {"service-bus-network-rules/core"}
"""A Standard bus has a firewall and no private endpoint."""


def keys(composition: Composition) -> set[str]:
    """Every resource by type and logical name."""
    return {f"{BY_TOKEN[each.type].key}/{each.name}" for each in composition.azure()}


FURTHER_NAMES = re.compile(
    r"(front-door-(route|custom-domain)|web-test|metric-alert)/redirect-.*|front-door-rule/redirects-.*"
    r"|dns-record-set/(txt-_dnsauth(\.(dev|staging|www))?|cname-(dev|staging|www)|(a|aaaa)-@)"
    r"|web-test/redirect-.*|metric-alert/redirect-.*-host"
)


def keys_anywhere(stack: str, composed: Mapping[str, Composition]) -> set[str]:
    """The same without what names the environment: the zones of PostgreSQL and of internal hosts do, and the records
    with which certificates are asked for. And without further names of the edge, which each environment has of its
    own (tests/parts/test_edge.py)."""
    return {
        key.replace(f"mys-{stack}-", "").replace(f"acme.{stack}", "acme").replace(f"{stack}.", "")
        for key in keys(composed[stack])
        if not FURTHER_NAMES.fullmatch(key)
    }


DEVELOPERS = {
    "role-assignment/developers-cluster-user-cluster",
    "role-assignment/developers-cluster-writer-cluster-namespace",
    "role-assignment/developers-cluster-reader-cluster-namespace",
}
"""They write in the namespace of dev, read in that of staging, and have nothing in prod."""


def kinds(found: set[str]) -> set[str]:
    return {key.partition("/")[0] for key in found}


@pytest.mark.requirement("S3-033")
def test_staging_and_prod_have_what_dev_has(composed: Mapping[str, Composition]) -> None:
    """But for keys, the firewall of the bus, and the zone that carries the environment's name."""
    dev, staging, prod = (keys_anywhere(stack, composed) - DEVELOPERS for stack in ENVIRONMENTS)
    assert kinds(dev - staging) == {*KEYS, "key-vault-secret"}
    assert kinds(dev - prod - FIREWALL) == {*KEYS, "key-vault-secret"}
    assert all(key.endswith("-connection-string") for key in dev - staging if key.startswith("key-vault-secret"))


def test_what_prod_has_on_top_follows_from_its_settings(composed: Mapping[str, Composition]) -> None:
    """Locks, a second address to go out from, a Premium bus; what a server or a site can do that costs more than the
    least."""
    dev, staging, prod = (keys_anywhere(stack, composed) - DEVELOPERS for stack in ENVIRONMENTS)
    slot = {"private-endpoint", "private-dns-zone-group", "diagnostic-setting", *SLOT}
    assert kinds(staging - dev) == {"postgresql-configuration", *slot}
    on_top = PREMIUM_BUS | SECOND_ADDRESS
    assert on_top <= prod - staging
    assert kinds(prod - staging - on_top) == {"management-lock", "budget", "cost-anomaly-alert"}
