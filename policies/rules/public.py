"""No public data plane: what holds or serves data answers inside the network, or to ranges that somebody named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies.conditions import either, every, on, one_of, present
from policies.model import Rule, Severity
from policies.values import Resource

DISABLED = one_of("publicNetworkAccess", "Disabled")


def _of_state(resource: Resource) -> bool:
    """Whether a resource keeps the state of Pulumi, which people and pipelines outside every network need."""
    return resource.value("tags.Service") == STATE


STATE = "terraform"
"""The tag Service of what keeps the state, after the group that the estate had."""


def _elsewhere(resource: Resource) -> Iterator[Any]:
    if not _of_state(resource):
        yield from DISABLED(resource)


def _state(resource: Resource) -> Iterator[Any]:
    if _of_state(resource):
        below = "properties." if resource.kind == "key-vault" else ""
        acls = "properties.networkAcls" if below else "networkRuleSet"
        yield from either(one_of(f"{below}publicNetworkAccess", "Disabled"), one_of(f"{acls}.defaultAction", "Deny"))(
            resource
        )


def _vault(resource: Resource) -> Iterator[Any]:
    if not _of_state(resource):
        yield from either(
            one_of("properties.publicNetworkAccess", "Disabled"), one_of("properties.networkAcls.defaultAction", "Deny")
        )(resource)


RULES = (
    Rule(
        key="postgresql-public-access",
        severity=Severity.CRITICAL,
        demands="PostgreSQL is in the network only",
        risk="A database that answers the internet is one password or one unpatched flaw away from everybody.",
        fix="Give the server its delegated subnet and private zone, and publicNetworkAccess Disabled.",
        kinds=("postgresql-server",),
        check=every(one_of("network.publicNetworkAccess", "Disabled"), present("network.delegatedSubnetResourceId")),
        answers=("AZR-000150", "AZR-000151", "CKV2_AZURE_57", "MCSB NS-2"),
    ),
    Rule(
        key="cosmos-public-access",
        planned=True,
        severity=Severity.CRITICAL,
        demands="documents are reached through the private endpoint only",
        risk="A database that answers the internet is one leaked key or token away from everybody.",
        fix="Take cosmos.allowed_ranges out: publicNetworkAccess becomes Disabled.",
        kinds=("cosmos-account",),
        check=DISABLED,
        answers=("AZR-000421", "CKV_AZURE_99", "CKV_AZURE_101", "MCSB NS-2"),
    ),
    Rule(
        key="storage-public-access",
        planned=True,
        severity=Severity.CRITICAL,
        demands="blobs are reached through the private endpoint only",
        risk="Blobs that answer the internet are one leaked signature away from everybody.",
        fix="Take storage.allowed_ranges out: publicNetworkAccess becomes Disabled.",
        kinds=("storage-account",),
        check=_elsewhere,
        answers=("AZR-000202", "CKV_AZURE_35", "CKV_AZURE_59", "CKV2_AZURE_33", "CKV2_AZURE_50", "MCSB NS-2"),
    ),
    Rule(
        key="state-public-access",
        planned=True,
        severity=Severity.HIGH,
        demands="the state of Pulumi and the keys for its secrets are reached from named ranges only",
        risk="Who reads the state knows every resource; only a role keeps everybody else out.",
        fix="Name the ranges of people and runners in state.allowed_ranges.",
        kinds=("storage-account", "key-vault"),
        check=_state,
        answers=("AZR-000202", "AZR-000355", "MCSB NS-2"),
    ),
    Rule(
        key="vault-public-access",
        planned=True,
        severity=Severity.CRITICAL,
        demands="vaults are reached privately or from named ranges",
        risk="Every secret of a service is behind this one door.",
        fix="Set vaults.public_access off, or name ranges.",
        kinds=("key-vault",),
        check=_vault,
        answers=("AZR-000355", "CKV_AZURE_109", "CKV_AZURE_189", "CKV2_AZURE_32", "MCSB NS-2", "MCSB DP-8"),
    ),
    Rule(
        key="redis-public-access",
        planned=True,
        severity=Severity.CRITICAL,
        demands="Redis is reached privately",
        risk="Sessions and queues of all services are readable for whoever gets a token.",
        fix="Set redis.public_access off.",
        kinds=("redis",),
        check=DISABLED,
        answers=("CKV_AZURE_89", "MCSB NS-2"),
    ),
    Rule(
        key="service-bus-public-access",
        planned=True,
        severity=Severity.HIGH,
        demands="Service Bus is reached privately",
        risk="Whoever has a key or token reads and sends the events of all services from anywhere.",
        fix="Take Premium and its private endpoint.",
        kinds=("service-bus-namespace",),
        check=DISABLED,
        answers=("CKV_AZURE_204", "MCSB NS-2"),
    ),
    Rule(
        key="service-bus-firewall",
        severity=Severity.HIGH,
        demands="a public Service Bus has a firewall that denies what is not named",
        risk="Without it the namespace answers everybody.",
        fix="Set defaultAction Deny and name the ranges.",
        kinds=("service-bus-network-rules",),
        check=one_of("defaultAction", "Deny"),
        answers=("MCSB NS-2",),
    ),
    Rule(
        key="ai-public-access",
        planned=True,
        severity=Severity.HIGH,
        demands="models are reached through the private endpoint only",
        risk="Prompts, with what customers write in them, leave and enter through the internet.",
        fix="Set ai.public_access off.",
        kinds=("ai-account",),
        check=one_of("properties.publicNetworkAccess", "Disabled"),
        answers=("AZR-000280", "AZR-000283", "CKV_AZURE_134", "MCSB NS-2"),
    ),
    Rule(
        key="ai-firewall",
        severity=Severity.HIGH,
        demands="the firewall of the models denies what is not named",
        risk="A public AI account without a firewall answers everybody.",
        fix="Set networkAcls.defaultAction Deny.",
        kinds=("ai-account",),
        check=one_of("properties.networkAcls.defaultAction", "Deny"),
        answers=("MCSB NS-2",),
    ),
    Rule(
        key="search-public-access",
        planned=True,
        severity=Severity.HIGH,
        demands="search is reached through the private endpoint only",
        risk="The index holds copies of documents, and answers whoever has a token.",
        fix="Set search.public_access off.",
        kinds=("search-service",),
        check=DISABLED,
        answers=("CKV_AZURE_124", "CKV_AZURE_210", "MCSB NS-2"),
    ),
    Rule(
        key="registry-public-access",
        planned=True,
        severity=Severity.HIGH,
        demands="the registry is reached from named ranges or privately",
        risk="Images are what runs: a stolen token pushes from anywhere.",
        fix="Set registry.public_access off, or name registry.allowed_ranges.",
        kinds=("container-registry",),
        check=either(DISABLED, one_of("networkRuleSet.defaultAction", "Deny")),
        answers=("AZR-000402", "CKV_AZURE_139", "MCSB NS-2"),
    ),
    Rule(
        key="app-public-access",
        severity=Severity.HIGH,
        demands="App Service answers in the network only",
        risk="A second way in passes by the edge, its firewall and its limits.",
        fix="Set publicNetworkAccess Disabled; the edge comes by private link.",
        kinds=("web-app", "web-app-slot"),
        check=DISABLED,
        answers=("CKV_AZURE_222", "MCSB NS-2"),
    ),
    Rule(
        key="static-site-gate",
        planned=True,
        severity=Severity.MEDIUM,
        demands="Azure itself turns away whoever asks a static site without the edge",
        risk="A site that answers at its own host passes by the edge, its firewall and its limits.",
        fix="Set publicNetworkAccess Disabled once Front Door takes a private link to a static site.",
        kinds=("static-site",),
        check=DISABLED,
        answers=("MCSB NS-2",),
    ),
    Rule(
        key="disk-public-access",
        severity=Severity.HIGH,
        demands="disks cannot be exported over the internet",
        risk="A signed URL downloads the whole disk from anywhere.",
        fix="Set publicNetworkAccess Disabled or networkAccessPolicy DenyAll.",
        kinds=("disk",),
        check=either(DISABLED, one_of("networkAccessPolicy", "DenyAll", "AllowPrivate")),
        answers=("MCSB NS-2",),
    ),
    Rule(
        key="registry-data-endpoint",
        severity=Severity.LOW,
        demands="layers of images come from an address of the registry's own",
        risk="A firewall that has to let all of Azure's storage out lets data out, too.",
        fix="Set dataEndpointEnabled.",
        kinds=("container-registry",),
        check=on("dataEndpointEnabled"),
        answers=("CKV_AZURE_237", "MCSB DP-2"),
    ),
    Rule(
        key="registry-exports",
        severity=Severity.LOW,
        demands="a closed registry allows no export",
        risk="Who may read a private registry can send its images to another one.",
        fix="Set policies.exportPolicy.status disabled once publicNetworkAccess is Disabled.",
        kinds=("container-registry",),
        check=lambda resource: (
            ()
            if resource.value("publicNetworkAccess") != "Disabled"
            else one_of("policies.exportPolicy.status", "disabled")(resource)
        ),
        answers=("Azure.ACR.ExportPolicy", "MCSB DP-2"),
    ),
)
