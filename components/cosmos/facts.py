"""Azure Cosmos DB for NoSQL."""

from __future__ import annotations

from collections.abc import Mapping

from components.facts.creation import UNMARKED_LOCATION, documented, listed, marked
from components.facts.duration_sources import AZURERM
from components.facts.model import GROUP, NAME_RULES, Duration, NameRule, Naming, OneAtATime, ResourceType, Scope

SERVERLESS_ACCOUNT = "Microsoft: Azure Cosmos DB serverless account type"
AUTOSCALE = "Microsoft: Azure Cosmos DB service quotas (autoscale)"

RU_STEP, RU_MAXIMUM = 1000, 1000000
"""Autoscale ceilings are multiples of the step (AUTOSCALE)."""

SHARED_CONTAINERS = 25
"""Containers that may share the throughput of a database (Microsoft: Azure Cosmos DB service quotas)."""

DATA_ROLES: Mapping[str, str] = {
    "reader": "00000000-0000-0000-0000-000000000001",
    "contributor": "00000000-0000-0000-0000-000000000002",
}
"""Cosmos DB Built-in Data Reader and Data Contributor (Microsoft: Data plane security reference, Azure Cosmos DB)."""

SERVERLESS = "EnableServerless"
STALENESS_SECONDS, STALENESS_WRITES = 300, 100000
"""The least that Azure takes for bounded staleness in several regions (Microsoft: Consistency levels)."""

_COSMOS = GROUP + "/providers/Microsoft.DocumentDB/databaseAccounts/{accountName}"

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="cosmos-account",
        token="azure-native:cosmosdb:DatabaseAccount",
        arm="Microsoft.DocumentDB/databaseAccounts",
        id_template=_COSMOS,
        name_input="accountName",
        naming=Naming.FIVE_PART,
        abbreviation="cosmos",
        rule=NameRule(
            3,
            44,
            r"[a-z0-9]+(-[a-z0-9]+)*",
            Scope.GLOBAL,
            NAME_RULES,
            disagreement="the Bicep type says 3-50, terraform-azurerm-naming 1-63",
        ),
        taggable=True,
        holds_data=True,
        diagnostics=("allLogs",),
        private_link=("Sql",),
        creation_only=(
            *marked("2025-10-15", "restoreParameters"),
            *documented("cosmos-db.json 2025-10-15 (in words)", "createMode", "kind"),
            *documented("Azure Cosmos DB: capacity mode and API of an account stay", "capabilities"),
            *documented(UNMARKED_LOCATION, "location"),
        ),
        duration=Duration(
            4,
            180,
            "Azure/azure-libraries-for-net #185: 3 minutes; gbowerman/azurerm #23: 2 to 3, one region; "
            f"{AZURERM} #4271 and #13967: a second region takes far longer (limit 180)",
        ),
        one_at_a_time=OneAtATime(
            ("cosmos-database", "cosmos-role-assignment"),
            "PreconditionFailed",
            "hashicorp/terraform-provider-azurerm#15842 (role assignments of an account one after another)",
            "There is another user operation in progress which requires an exclusive lock on [{parent}]. "
            "Please retry after sometime.",
            412,
        ),
    ),
    ResourceType(
        key="cosmos-database",
        token="azure-native:cosmosdb:SqlResourceSqlDatabase",
        arm="Microsoft.DocumentDB/databaseAccounts/sqlDatabases",
        id_template=_COSMOS + "/sqlDatabases/{databaseName}",
        name_input="databaseName",
        naming=Naming.IN_PARENT,
        rule=NameRule(1, 255, r"[^/\\#?]*[^/\\#? ]", Scope.PARENT, NAME_RULES),
        taggable=True,
        holds_data=True,
        creation_only=(
            *marked("2025-10-15", "resource.restoreParameters"),
            *documented(UNMARKED_LOCATION, "location"),
        ),
        duration=Duration(0.55, 30, "vdesabou/kafka-docker-playground #7155 and #7953: 33 s"),
    ),
    ResourceType(
        key="cosmos-container",
        token="azure-native:cosmosdb:SqlResourceSqlContainer",
        arm="Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
        id_template=_COSMOS + "/sqlDatabases/{databaseName}/containers/{containerName}",
        name_input="containerName",
        naming=Naming.IN_PARENT,
        rule=NameRule(1, 255, r"[^/\\#?]*[^/\\#? ]", Scope.PARENT, NAME_RULES),
        taggable=True,
        holds_data=True,
        creation_only=(
            *marked("2025-10-15", "resource.restoreParameters"),
            *documented("pulumi/pulumi-azure-native#562", "resource.partitionKey"),
            *documented("Azure/azure-sdk-for-python#40070", "resource.uniqueKeyPolicy"),
            *documented(UNMARKED_LOCATION, "location"),
        ),
        duration=Duration(0.6, 30, "assumed to be as long as a database"),
    ),
    ResourceType(
        key="cosmos-role-assignment",
        token="azure-native:cosmosdb:SqlResourceSqlRoleAssignment",
        arm="Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments",
        id_template=_COSMOS + "/sqlRoleAssignments/{roleAssignmentId}",
        name_input="roleAssignmentId",
        naming=Naming.GUID,
        rule=NameRule(36, 36, r"[0-9a-f-]+", Scope.PARENT, "azure-native: cosmosdb.SqlResourceSqlRoleAssignment"),
        creation_only=listed("principalId", "scope"),
        duration=Duration(0.8, 30),
    ),
)
