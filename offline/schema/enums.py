"""Enumerations of the SDK that are not Azure's: those of another product of the same API, and those that are only the
beginning of a list."""

from __future__ import annotations

from collections.abc import Mapping

ENUMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    # The SDK has the words of Cosmos DB for PostgreSQL (`group`, `servicePrincipal`); Azure's own are those of the
    # specification of flexible servers, and the recording in tests/evidence sends one of them.
    "azure-native:dbforpostgresql:AdministratorsMicrosoftEntra": {
        "principalType": ("Group", "ServicePrincipal", "Unknown", "User"),
    },
    # The SDK has the words of another product of Azure Monitor (`gt`, `startswith`); the example of the specification,
    # in tests/evidence, sends one of these.
    "azure-native:monitor:ScheduledQueryRule": {
        "criteria.allOf[].operator": (
            "Equals",
            "GreaterThan",
            "GreaterThanOrEqual",
            "LessThan",
            "LessThanOrEqual",
            "GreaterOrLessThan",
        ),
    },
}
"""By type token: the values of an input (dotted; ``[]`` is any item of a list)."""

_STREAMS = (
    "Microsoft-ContainerLogV2",
    "Microsoft-KubeEvents",
    "Microsoft-KubePodInventory",
    "Microsoft-PrometheusMetrics",
)

OPEN: Mapping[str, tuple[str, ...]] = {"KnownDataFlowStreams": _STREAMS, "KnownExtensionDataSourceStreams": _STREAMS}
"""By name of an enumeration that the specification leaves open (``modelAsString``): what Azure takes besides
(tests/evidence/enumerations.yaml)."""
