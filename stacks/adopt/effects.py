"""What a change of a live resource does to others: whom it cuts off, what Azure never takes back, what goes alone.

One table. A change that no row names is told by its path all the same: nothing that a phase changes is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from stacks.build.recording import UNKNOWN, Registration

Body = Mapping[str, Any]
SECRET = "4dabf18193072939515e22adb298388d"
"""What marks a value as secret (Pulumi: resource.SigKey). It is neither compared nor shown."""


class Effect(StrEnum):
    """What kind of change it is."""

    REPLACES = "replaces"
    CLOSES = "closes"
    ONE_WAY = "one way"
    ALONE = "alone"
    DOWNTIME = "downtime"
    OTHER = "changes in place"


@dataclass(frozen=True)
class Change:
    """One input of a live resource that becomes another."""

    key: str
    """The resource, as `mystira:adopt` refers to it."""
    path: str
    effect: Effect
    what: str = ""
    back: str = ""
    """The way back; empty: the same setting, changed back."""
    keeps: str = ""
    """The settings with which it does not happen yet, where the way that takes its place opens in the same run."""

    def __str__(self) -> str:
        said = f": {self.what}" if self.what else ""
        return f"{self.key} {self.path}{said}" + (f"; back: {self.back}" if self.back else "")


Test = Callable[[Any, Any], bool]


def _becomes(*values: Any) -> Test:
    """Whether a value becomes one of these, in any case of letters."""
    wanted = {str(value).lower() for value in values}
    return lambda live, plan: str(plan).lower() in wanted and str(live).lower() not in wanted


def _shuts(live: Any, plan: Any) -> bool:
    """Whether a public side closes. Where Azure tells nothing of it, it is open."""
    return live in (None, "", "Enabled") and plan != "Enabled"


def _differs(live: Any, plan: Any) -> bool:
    return True


def _grows(live: Any, plan: Any) -> bool:
    return isinstance(live, int | float) and isinstance(plan, int | float) and plan > live


def _loses(live: Any, plan: Any) -> bool:
    """Whether something that is listed is listed no more, by name where it has one."""
    return bool(_names(live) - _names(plan))


def _names(value: Any) -> set[str]:
    found = value if isinstance(value, list) else []
    return {str(each.get("name") or each) if isinstance(each, dict) else str(each) for each in found}


@dataclass(frozen=True)
class Rule:
    """What a change of one input does."""

    kinds: tuple[str, ...]
    """Keys of types; none: every type."""
    path: str
    effect: Effect
    when: Test
    what: str
    back: str = ""
    opens: str = ""
    """The input that opens the way in its place: what closes while that one changes goes in a run of its own, after
    everything that comes in on the new way."""
    keeps: str = ""
    """The settings with which both ways are open."""


_CLOSED = "set it open again and run: what is refused meanwhile is lost"
_NONE = "none"
_KEYS = "whoever logs in with a key is refused"
_NET = "whoever does not come through a private endpoint or an allowed range is refused"
_RESTART = "it restarts"
_LINKS = "its hosts answer 503 until a person has approved the private links (docs/runbooks/edge.md)"
_PASSWORDS = (
    "postgresql in mystira:local_auth, the waivers that `mystira check` asks for then, and as "
    "mystira:postgresqlPassword the password that the server has"
)

RULES: tuple[Rule, ...] = (
    Rule((), "disableLocalAuth", Effect.CLOSES, _becomes(True), _KEYS, "mystira:local_auth"),
    Rule((), "features.disableLocalAuth", Effect.CLOSES, _becomes(True), _KEYS, "mystira:local_auth"),
    Rule((), "disableLocalAccounts", Effect.CLOSES, _becomes(True), "no kubeconfig without Entra works", _CLOSED),
    Rule((), "allowSharedKeyAccess", Effect.CLOSES, _becomes(False), _KEYS, "mystira:local_auth"),
    Rule((), "publicNetworkAccess", Effect.CLOSES, _shuts, _NET, _CLOSED),
    Rule((), "properties.publicNetworkAccess", Effect.CLOSES, _shuts, _NET, _CLOSED),
    Rule((), "networkRuleSet.defaultAction", Effect.CLOSES, _becomes("Deny"), _NET, _CLOSED),
    Rule((), "networkAcls.defaultAction", Effect.CLOSES, _becomes("Deny"), _NET, _CLOSED),
    Rule((), "properties.networkAcls.defaultAction", Effect.CLOSES, _becomes("Deny"), _NET, _CLOSED),
    Rule((), "ipRules", Effect.CLOSES, lambda live, plan: bool(plan) and not live, _NET, _CLOSED),
    Rule((), "minimumTlsVersion", Effect.CLOSES, _differs, "older clients are refused", _CLOSED),
    Rule((), "httpsOnly", Effect.CLOSES, _becomes(True), "plain HTTP is redirected", _CLOSED),
    Rule(
        ("key-vault",),
        "properties.enableRbacAuthorization",
        Effect.CLOSES,
        _becomes(True),
        "access policies count no more: whoever has no role is refused",
        "az keyvault update --enable-rbac-authorization false, with the policies of the report, and the part on add",
    ),
    Rule(("key-vault",), "properties.accessPolicies", Effect.CLOSES, _loses, "policies go", "as for the roles"),
    Rule(("key-vault",), "properties.enablePurgeProtection", Effect.ONE_WAY, _becomes(True), "never off again", _NONE),
    Rule(
        ("key-vault",), "properties.softDeleteRetentionInDays", Effect.ONE_WAY, _differs, "never changed again", _NONE
    ),
    Rule(("storage-account",), "allowBlobPublicAccess", Effect.CLOSES, _becomes(False), "no blob is public", _CLOSED),
    Rule(("blob-container",), "publicAccess", Effect.CLOSES, _becomes("None"), "its blobs are not public", _CLOSED),
    Rule(
        ("cosmos-account",),
        "disableKeyBasedMetadataWriteAccess",
        Effect.CLOSES,
        _becomes(True),
        "keys make and change no container",
        _CLOSED,
    ),
    Rule(
        ("cosmos-account",),
        "backupPolicy.type",
        Effect.ONE_WAY,
        _becomes("Continuous"),
        "continuous backup stays (docs/runbooks/cosmos.md)",
        _NONE,
    ),
    Rule(("cosmos-account",), "backupPolicy.type", Effect.ALONE, _differs, "in a run of its own"),
    Rule(("cosmos-account",), "locations", Effect.ALONE, _differs, "regions change in a run of their own"),
    Rule(
        ("postgresql-server",),
        "authConfig.passwordAuth",
        Effect.CLOSES,
        _becomes("Disabled"),
        "passwords are refused",
        "mystira:local_auth",
        opens="authConfig.activeDirectoryAuth",
        keeps=_PASSWORDS,
    ),
    Rule(("postgresql-server",), "version", Effect.ONE_WAY, _differs, "a major upgrade stays", "restore a backup"),
    Rule(("postgresql-server",), "version", Effect.ALONE, _differs, "docs/runbooks/postgresql.md"),
    Rule(("postgresql-server",), "version", Effect.DOWNTIME, _differs, "the server is down while it is upgraded"),
    Rule(("postgresql-server",), "sku.name", Effect.DOWNTIME, _differs, _RESTART),
    Rule(("postgresql-server",), "storage.storageSizeGB", Effect.ONE_WAY, _grows, "storage never shrinks", _NONE),
    Rule(
        ("kubernetes-cluster",),
        "apiServerAccessProfile.authorizedIPRanges",
        Effect.CLOSES,
        lambda live, plan: bool(plan),
        "kubectl from other addresses is refused",
        _CLOSED,
    ),
    Rule(("kubernetes-cluster",), "aadProfile.managed", Effect.ONE_WAY, _becomes(True), "Entra stays on", _NONE),
    Rule(("kubernetes-cluster",), "kubernetesVersion", Effect.ONE_WAY, _differs, "no version goes back", _NONE),
    Rule(("kubernetes-cluster",), "kubernetesVersion", Effect.ALONE, _differs, "docs/runbooks/aks.md"),
    Rule(("virtual-network",), "subnets", Effect.CLOSES, _loses, "subnets that nobody is to use go", "make them again"),
    Rule(
        ("virtual-network",),
        "subnets",
        Effect.CLOSES,
        _differs,
        "each subnet gets its security group, which denies what is not named: what the internet sends to load "
        "balancers of the cluster's own is cut off, and what goes out has other addresses (NAT gateway)",
        "take the groups off the subnets, and the part on add",
    ),
    Rule(("web-app",), "siteConfig", Effect.DOWNTIME, _differs, _RESTART),
    Rule(("front-door-route",), "originGroup", Effect.DOWNTIME, _differs, _LINKS),
)
"""In the order in which a report tells them. The restart of a site, and that an upgrade of PostgreSQL stops the server:
Microsoft: Configure an App Service app; Major version upgrades in Azure Database for PostgreSQL."""

LEFT = "not said by the plan"
"""In place of a path: what the plan leaves to Azure, which may set its default where the live resource has another."""

ENVELOPE = frozenset(
    {"id", "name", "type", "location", "tags", "properties", "etag", "systemData", "provisioningState"}
)
"""What is about a resource, or holds what is in it."""

WRITTEN_AGAIN = frozenset({"key-vault-secret", "role-assignment"})
"""Types of which nothing is compared: nobody reads the value of a secret through Azure Resource Manager, so it is
written again as a new version; a role that is another's is refused."""


def changes_of(planned: Registration, body: Body) -> Iterator[Change]:
    """What becomes of a live resource once its part is done. ``body`` is what Azure tells of it.

    What the plan does not say and Azure takes at creation only stays, so it is no change.
    """
    if planned.row.key in WRITTEN_AGAIN:
        what = "written again, as a new version" if planned.row.key == "key-vault-secret" else ""
        if what:
            yield Change(planned.key, "properties.value", Effect.OTHER, what)
        return
    kept = {each.path.split("[]")[0].rstrip(".") for each in planned.row.creation_only if each.kept}
    kept |= set(planned.ignores)
    stops = {each.path for each in planned.row.creation_only if not each.kept and each.replaces}
    told: set[str] = set()
    for rule in RULES:
        if rule.kinds and planned.row.key not in rule.kinds:
            continue
        live, plan = told_at(body, rule.path), _at(planned.inputs, rule.path)
        if rule.path in kept or _same(live, plan) or not _known(plan):
            continue
        if plan is None and rule.path != "properties.accessPolicies":
            continue
        if rule.when(live, plan):
            told.add(rule.path)
            opens = bool(rule.opens) and not _same(told_at(body, rule.opens), _at(planned.inputs, rule.opens))
            yield Change(planned.key, rule.path, rule.effect, rule.what, rule.back, rule.keeps if opens else "")
    for path, plan in _leaves_of(planned.inputs):
        top = path.split("[")[0]
        if any(top == each or top.startswith(f"{each}.") for each in told | kept) or top in planned.row.id_template:
            continue
        if f"{{{path}}}" in planned.row.id_template or not _known(plan) or _same(told_at(body, path), plan):
            continue
        effect = Effect.REPLACES if path in stops else Effect.OTHER
        yield Change(planned.key, path, effect)
    left = sorted(_said(body) - planned.inputs.keys() - kept)
    if left:
        yield Change(planned.key, LEFT, Effect.OTHER, ", ".join(left))


def _said(body: Body) -> set[str]:
    """What Azure tells of a resource at the top. Some of it only Azure sets."""
    inner = body.get("properties")
    return {*body, *(inner if isinstance(inner, Mapping) else ())} - ENVELOPE


def told_at(body: Body, path: str) -> Any:
    """A value of Azure's answer, which has most inputs under ``properties``."""
    found = _at(body, path)
    return _at(body, f"properties.{path}") if found is None else found


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _leaves_of(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is no mapping, with its path. A list is one value."""
    if isinstance(value, Mapping) and value and SECRET not in value:
        for name, each in value.items():
            yield from _leaves_of(each, f"{path}.{name}" if path else name)
    elif path:
        yield path, value


def _known(value: Any) -> bool:
    """Whether the plan knows a value: not what only the deployment tells, nor a secret."""
    if isinstance(value, Mapping):
        return SECRET not in value and all(map(_known, value.values()))
    if isinstance(value, list):
        return all(map(_known, value))
    return value != UNKNOWN


def _same(live: Any, plan: Any) -> bool:
    """Whether Azure's value is the plan's: what Azure adds to an object does not count, nor how it spells a text."""
    if isinstance(plan, Mapping):
        return isinstance(live, Mapping) and all(_same(live.get(name), each) for name, each in plan.items())
    if isinstance(plan, list):
        mine, theirs = plan, live if isinstance(live, list) else []
        return len(mine) == len(theirs) and all(map(_same, theirs, mine))
    if plan in (None, False, "") and live in (None, False, "", []):
        return True
    if isinstance(plan, int | float) and isinstance(live, int | float):
        return plan == live
    return str(live).replace(" ", "").lower() == str(plan).replace(" ", "").lower()
