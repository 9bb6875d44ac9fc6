"""Service Bus: what each SKU takes."""

from __future__ import annotations

from collections.abc import Mapping

from components.facts.creation import documented, listed, marked
from components.facts.duration_sources import AZURERM, STEAMPIPE
from components.facts.model import GROUP, NAME_RULES, Duration, NameRule, Naming, OwnedElsewhere, ResourceType, Scope

TIERS = "Microsoft: Service Bus Premium and Standard messaging tiers"
EXCEPTIONS = "Microsoft: Azure Service Bus Resource Manager exceptions"
QUOTAS = "Microsoft: Service Bus quotas"
PARTITIONS = "Microsoft: Enable partitioning for a Service Bus Premium namespace"
FIREWALL = (
    "Microsoft: Allow access to Azure Service Bus namespace from specific IP addresses or ranges (azure-docs #111079)"
)
"""Addresses in every tier, virtual networks in Premium only; without a single address nobody is kept out."""

NO_PRIVATE_STANDARD = "Azure/azure-service-bus #474 (no private endpoint for Standard, and no plan for it)"

DOMAIN = "servicebus.windows.net"
"""What follows the name of a namespace in its host, which clients call its fully qualified namespace."""

AMQP_PORT = 5671
"""AMQP with TLS from its first byte, which every SDK uses (Microsoft: Service Bus FAQ, ports to open)."""

BASIC, STANDARD, PREMIUM = "Basic", "Standard", "Premium"

UNITS = (1, 2, 4, 8, 16)
"""Messaging units of a Premium namespace, times its number of partitions (azure-native: servicebus.SBSku)."""

SIZES_MIB: Mapping[str, tuple[int, ...]] = {
    BASIC: (1024, 2048, 3072, 4096, 5120),
    STANDARD: (1024, 2048, 3072, 4096, 5120),
    PREMIUM: (1024, 2048, 3072, 4096, 5120, 10240, 20480, 40960, 81920),
}
"""How large a queue or topic may be (EXCEPTIONS; Azure/azure-cli #10304)."""

LONGEST_LOCK_SECONDS = 300
SHORTEST_LOCK_SECONDS = 5
DUPLICATE_WINDOW_SECONDS = (20, 7 * 86400)
"""Shortest and longest history of message ids (Microsoft: Duplicate detection)."""

MAXIMUM_SUBSCRIPTIONS = 2000
"""Of one topic (QUOTAS)."""

MAXIMUM_AUTHORIZATION_RULES = 12
"""Of one namespace, queue or topic (QUOTAS)."""

NOT_ON_BASIC = (
    "requiresDuplicateDetection",
    "autoDeleteOnIdle",
    "requiresSession",
    "defaultMessageTimeToLive",
    "duplicateDetectionHistoryTimeWindow",
    "enableExpress",
    "forwardTo",
)
"""Properties of a queue that Basic refuses; topics it refuses altogether (EXCEPTIONS)."""

_BUS = GROUP + "/providers/Microsoft.ServiceBus/namespaces/{namespaceName}"
_NAMESPACE = r"(?!.*-(sb|mgmt)$)[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]"
_RULE = NameRule(1, 50, r"[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?", Scope.PARENT, NAME_RULES)
_ENTITY = r"[A-Za-z0-9]([\w./-]*[A-Za-z0-9])?"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="service-bus-namespace",
        token="azure-native:servicebus:Namespace",
        arm="Microsoft.ServiceBus/namespaces",
        id_template=_BUS,
        name_input="namespaceName",
        naming=Naming.FIVE_PART,
        abbreviation="sb",
        rule=NameRule(
            6,
            50,
            _NAMESPACE,
            Scope.GLOBAL,
            NAME_RULES,
            disagreement="only third parties say that the endings -sb and -mgmt are refused",
        ),
        taggable=True,
        holds_data=True,
        diagnostics=("allLogs",),
        private_link=("namespace",),
        creation_only=(
            *marked("2026-01-01", "location"),
            *documented(
                "marked in 2026-01-01, but azure-native's list keeps it from replacing (pulumi-azure-native #4105)",
                "zoneRedundant",
            ),
            *documented(PARTITIONS, "premiumMessagingPartitions"),
        ),
        owned_elsewhere=(
            OwnedElsewhere(
                "privateEndpointConnections",
                "private endpoints",
                "the namespace lists every endpoint that connects to it (pulumi-azure-native #3361)",
            ),
        ),
        duration=Duration(
            2, 30, f"assumed; {STEAMPIPE} #200: more than 1 minute; {AZURERM} #24676: a whole Premium test in 108 s"
        ),
    ),
    ResourceType(
        key="service-bus-network-rules",
        token="azure-native:servicebus:NamespaceNetworkRuleSet",
        arm="Microsoft.ServiceBus/namespaces/networkRuleSets",
        id_template=_BUS + "/networkRuleSets/default",
        # A namespace has one rule set, whose name is not an input: the namespace's name identifies it.
        name_input="namespaceName",
        naming=Naming.FIXED,
        rule=NameRule(6, 50, _NAMESPACE, Scope.PARENT, NAME_RULES),
    ),
    ResourceType(
        key="service-bus-authorization-rule",
        token="azure-native:servicebus:NamespaceAuthorizationRule",
        arm="Microsoft.ServiceBus/namespaces/authorizationRules",
        id_template=_BUS + "/authorizationRules/{authorizationRuleName}",
        name_input="authorizationRuleName",
        naming=Naming.IN_PARENT,
        rule=_RULE,
    ),
    ResourceType(
        key="service-bus-queue-authorization-rule",
        token="azure-native:servicebus:QueueAuthorizationRule",
        arm="Microsoft.ServiceBus/namespaces/queues/authorizationRules",
        id_template=_BUS + "/queues/{queueName}/authorizationRules/{authorizationRuleName}",
        name_input="authorizationRuleName",
        naming=Naming.IN_PARENT,
        rule=_RULE,
    ),
    ResourceType(
        key="service-bus-topic-authorization-rule",
        token="azure-native:servicebus:TopicAuthorizationRule",
        arm="Microsoft.ServiceBus/namespaces/topics/authorizationRules",
        id_template=_BUS + "/topics/{topicName}/authorizationRules/{authorizationRuleName}",
        name_input="authorizationRuleName",
        naming=Naming.IN_PARENT,
        rule=_RULE,
    ),
    ResourceType(
        key="service-bus-queue",
        token="azure-native:servicebus:Queue",
        arm="Microsoft.ServiceBus/namespaces/queues",
        id_template=_BUS + "/queues/{queueName}",
        name_input="queueName",
        naming=Naming.IN_PARENT,
        rule=NameRule(1, 260, _ENTITY, Scope.PARENT, NAME_RULES),
        holds_data=True,
        creation_only=listed("enablePartitioning", "requiresDuplicateDetection", "requiresSession"),
    ),
    ResourceType(
        key="service-bus-topic",
        token="azure-native:servicebus:Topic",
        arm="Microsoft.ServiceBus/namespaces/topics",
        id_template=_BUS + "/topics/{topicName}",
        name_input="topicName",
        naming=Naming.IN_PARENT,
        rule=NameRule(1, 260, _ENTITY, Scope.PARENT, NAME_RULES),
        holds_data=True,
        creation_only=listed("enablePartitioning", "requiresDuplicateDetection"),
    ),
    ResourceType(
        key="service-bus-subscription",
        token="azure-native:servicebus:Subscription",
        arm="Microsoft.ServiceBus/namespaces/topics/subscriptions",
        id_template=_BUS + "/topics/{topicName}/subscriptions/{subscriptionName}",
        name_input="subscriptionName",
        naming=Naming.IN_PARENT,
        rule=_RULE,
        holds_data=True,
        creation_only=documented(EXCEPTIONS, "requiresSession"),
    ),
)
