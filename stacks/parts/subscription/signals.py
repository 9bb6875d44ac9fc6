"""What the owner of a subscription is told about it, from its activity log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

AMBA = "Azure Monitor Baseline Alerts: Microsoft.Resources/subscriptions"

HEALTH, RESOURCE_HEALTH, ADMINISTRATIVE = "ServiceHealth", "ResourceHealth", "Administrative"


@dataclass(frozen=True)
class Signal:
    """One kind of event that is told."""

    key: str
    """One lower-case word, part of the alert's name."""
    severity: int
    """0 to 4: who hears of it. An activity log alert itself has none."""
    means: str
    """What a person reads."""
    fields: Mapping[str, tuple[str, ...]]
    """What the event says: field to the values of which it has one."""
    source: str


def _health(key: str, severity: int, kind: str, means: str) -> Signal:
    return Signal(key, severity, means, {"category": (HEALTH,), "properties.incidentType": (kind,)}, AMBA)


def _deletion(key: str, severity: int, operation: str, means: str) -> Signal:
    fields = {"category": (ADMINISTRATIVE,), "operationName": (operation,), "status": ("Succeeded",)}
    return Signal(key, severity, means, fields, "issue 18, part 10; MCSB LT-1")


SIGNALS: tuple[Signal, ...] = (
    _health("incident", 1, "Incident", "a service of Azure that this subscription uses has a problem"),
    _health("security", 1, "Security", "Azure tells of a security problem that concerns this subscription"),
    _health("advisory", 3, "ActionRequired", "Azure asks for an action, such as leaving what is retired"),
    _health("maintenance", 3, "Maintenance", "Azure plans a maintenance that may be noticed"),
    Signal(
        "resourcehealth",
        2,
        "a resource is degraded or unavailable, by Azure's doing or somebody else's",
        {
            "category": (RESOURCE_HEALTH,),
            "properties.currentHealthStatus": ("Degraded", "Unavailable"),
            "properties.cause": ("PlatformInitiated", "UserInitiated"),
        },
        AMBA,
    ),
    _deletion("vaultdelete", 1, "Microsoft.KeyVault/vaults/delete", "a key vault was deleted"),
    _deletion("lockdelete", 2, "Microsoft.Authorization/locks/delete", "a lock was deleted: what it kept can go now"),
    _deletion(
        "diagnosticdelete", 2, "Microsoft.Insights/diagnosticSettings/delete", "something sends its logs no more"
    ),
)

CHANGED = "changes"
"""The rule for changes by others."""

CHANGES: Mapping[str, str] = {
    "Microsoft.Authorization/roleAssignments/write": "a role was given",
    "Microsoft.Authorization/roleAssignments/delete": "a role was taken away",
    "Microsoft.Network/networkSecurityGroups/write": "a security group was changed",
    "Microsoft.Network/networkSecurityGroups/delete": "a security group was deleted",
    "Microsoft.Network/networkSecurityGroups/securityRules/write": "a rule of a security group was changed",
    "Microsoft.Network/networkSecurityGroups/securityRules/delete": "a rule of a security group was deleted",
    "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules/write": "PostgreSQL was opened to addresses",
    "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules/delete": "PostgreSQL was closed to addresses",
    "Microsoft.DBforPostgreSQL/flexibleServers/write": "PostgreSQL was changed, perhaps its public access",
    "Microsoft.DocumentDB/databaseAccounts/write": "Cosmos DB was changed, perhaps its firewall, which is part of it",
    "Microsoft.Cache/redisEnterprise/write": "Redis was changed, perhaps its public access",
}
"""The operations that are told when somebody else than the deployers does them."""

OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"
"""The claim that says who it was: ``Caller`` is a name for people and an id for applications (Microsoft:
AzureActivity)."""


def changes_query(deployers: tuple[str, ...], passed_over: tuple[str, ...]) -> str:
    """The query for changes by others. ``deployers`` are object ids; in the groups ``passed_over`` AKS itself makes
    security groups and their rules."""
    lines = [
        "AzureActivity",
        "| where CategoryValue =~ 'Administrative' and ActivityStatusValue =~ 'Success'",
        f"| where OperationNameValue in~ ({_texts(tuple(CHANGES))})",
        *([f"| where ResourceGroup !in~ ({_texts(passed_over)})"] if passed_over else []),
        f"| extend By = tostring(parse_json(Claims)['{OBJECT_ID}'])",
        f"| where By !in~ ({_texts(deployers)})",
        "| project TimeGenerated, OperationNameValue, ResourceGroup, By, Caller, CallerIpAddress, _ResourceId",
    ]
    return "\n".join(lines)


def _texts(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{each}'" for each in values)
