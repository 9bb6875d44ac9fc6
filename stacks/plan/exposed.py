"""The closed list of what the internet reaches, with the reason for each. Whatever else it reached would be a way
around the edge: a test compares the list with everything that the committed settings register. Of services it names
what their records ask for."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.model import Catalogue, HostKind
from stacks.catalogue.needs.telemetry import Telemetry
from stacks.catalogue.needs.vault import Vault

EVERYBODY = "everybody"
RANGES = "named ranges"
"""Addresses that a firewall at Azure lets in."""

SHARED, DEV, STAGING, PROD = "shared", "dev", "staging", "prod"
LIVE = (DEV, STAGING, PROD)

_STATE = "people and pipelines outside every network need the state; it takes a login with a role (state-public-access)"
_FIREWALL = "its firewall names the offices that develop; everybody else comes from the network"
_TELEMETRY = "telemetry comes from pods and browsers, and takes a login or the key of its own connection string"
_METRICS = "agents of the cluster send and people ask with a token of Entra and a role; there is no key"
_SITE = "what the edge asks; the file of the site turns others away (static-site-gate)"


@dataclass(frozen=True)
class Exposed:
    """Something that the internet reaches."""

    key: str
    """The resource, as `mystira:adopt` refers to it."""
    stacks: tuple[str, ...]
    who: str
    """Everybody, or the ranges that a firewall at Azure names."""
    why: str


_EDGE: tuple[Exposed, ...] = (
    Exposed("front-door-endpoint/core", LIVE, EVERYBODY, "the edge itself: firewall first, then the routes"),
)
_COMMON: tuple[Exposed, ...] = (
    Exposed("dns-zone/domain", (SHARED,), EVERYBODY, "it answers for the public names"),
    Exposed("dns-zone/acme", LIVE, EVERYBODY, "an authority asks it for answers to challenges; it holds nothing else"),
    Exposed(
        "kubernetes-cluster/core",
        LIVE,
        RANGES,
        "the Kubernetes API, for offices and runners, with a login of Entra; no service of the cluster",
    ),
    *(
        Exposed(f"public-ip-address/core-outbound-{number}", stacks, EVERYBODY, "a NAT gateway's: nobody gets in by it")
        for number, stacks in enumerate((LIVE, (PROD,)))
    ),
    Exposed("container-registry/registry", (SHARED,), EVERYBODY, "hosted agents push (registry-public-access)"),
    Exposed("storage-account/state", (SHARED,), EVERYBODY, _STATE),
    Exposed("key-vault/state", (SHARED,), EVERYBODY, _STATE),
    Exposed(
        "communication-service/mail", (SHARED,), EVERYBODY, "it has no network rules, and takes a login with a role"
    ),
    Exposed("log-analytics-workspace/shared", (SHARED,), EVERYBODY, _TELEMETRY),
    Exposed("log-analytics-workspace/core", LIVE, EVERYBODY, _TELEMETRY),
    Exposed("monitor-workspace/core", LIVE, EVERYBODY, _METRICS),
    Exposed("data-collection-endpoint/core", LIVE, EVERYBODY, _METRICS),
)
_OFFICES: tuple[Exposed, ...] = (
    Exposed("service-bus-namespace/core", (DEV, STAGING), RANGES, "Standard has no private endpoint; " + _FIREWALL),
    *(
        Exposed(key, (DEV,), RANGES, _FIREWALL)
        for key in ("ai-account/core", "cosmos-account/core", "search-service/core", "storage-account/core")
    ),
)


def exposed(services: Catalogue) -> tuple[Exposed, ...]:
    """The list for a platform of these services."""
    sites = sorted(each.key for each in services if any(one.kind is HostKind.STATIC_SITE for one in each.endpoints))
    return (
        *_EDGE,
        *(Exposed(f"static-site/{key}", LIVE, EVERYBODY, _SITE) for key in sites),
        *_COMMON,
        *(
            Exposed(f"application-insights/{key}", LIVE, EVERYBODY, _TELEMETRY)
            for key in sorted(services.needing(Telemetry))
        ),
        *_OFFICES,
        *(Exposed(f"key-vault/{key}", (DEV,), RANGES, _FIREWALL) for key in sorted(services.needing(Vault))),
    )
