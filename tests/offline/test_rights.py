"""Runs as an identity of the world: what its role assignments and their conditions allow, and Azure's refusals."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from components.facts.actions import FUNCTIONS
from components.facts.ids import made_id, placeholders
from components.facts.roles import ROLES
from components.facts.types import RESOURCE_TYPES
from mystira.preflight.report import Verdict
from mystira.preflight.rights import check_rights
from offline.azure.assignments import Answer, answer
from offline.azure.behaviour import guid
from offline.azure.conditions.evaluation import Asked, attribute
from offline.azure.provider import CLIENT_TOKEN, TAGS
from offline.azure.rights import check_function, check_listed, check_right
from offline.azure.role_definitions import BUILT_IN, CUSTOM
from offline.azure.services.identity import IDENTITY
from offline.azure.subscription import CALLER, CLIENT_ID
from offline.clock import today
from offline.rpc.protocol import Created, Properties, ProviderError
from offline.world.limits import Login
from stacks.build.provider import claims
from stacks.preflight.rights import Right
from tests.harness.compose import TENANT
from tests.harness.offline import GROUP, REGION, ROOT, SUBSCRIPTION, Cloud, endpoint, refusal, token_of
from tests.harness.preflight import arm_of

ASSIGNMENT, RESOURCE_GROUP, LOCK = (token_of(key) for key in ("role-assignment", "resource-group", "management-lock"))
WORKSPACE = token_of("log-analytics-workspace")
CICD, PROD = "mys-shared-cicd-rg-san", "mys-prod-core-rg-san"
TREE = f"/subscriptions/{SUBSCRIPTION}"
AGAIN = "If access was recently granted, please refresh your credentials."
SENDER, LOGS = (ROLES[key].id for key in ("bus-sender", "log-reader"))


def clause(source: str, verb: str) -> str:
    """Part of a condition: this verb on assignments only of two roles, and only to service principals."""
    kind = "Microsoft.Authorization/roleAssignments"
    return (
        f"((!(ActionMatches{{'{kind}/{verb}'}})) OR (@{source}[{kind}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals "
        f"{{{LOGS}, {SENDER}}} AND @{source}[{kind}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase "
        "{'ServicePrincipal'}))"
    )


CONDITION = f"{clause('Request', 'write')} AND {clause('Resource', 'delete')}"


def definition_of(role: str) -> str:
    return f"{TREE}/providers/Microsoft.Authorization/roleDefinitions/{role}"


class Pipelines(Cloud):
    """A cloud with the identities of two pipelines of dev: one may change its group, one may read it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for group in (CICD, PROD):
            self.make(RESOURCE_GROUP, resourceGroupName=group, location=REGION)
        self.apply, self.preview = (
            self.make(
                IDENTITY,
                resourceGroupName=CICD,
                resourceName=f"mys-shared-cicddev{kind}-identity-san",
                location=REGION,
            )
            for kind in ("apply", "preview")
        )
        self.gives(self.apply, "Contributor")
        self.gives(self.preview, "Reader")

    def gives(self, whom: Created, role: str, scope: str = ROOT, **more: Any) -> Created:
        """Assign a built-in role (its name) as the person."""
        return self.assign(whom.properties["principalId"], BUILT_IN[role].id, scope, **more)

    def assign(self, object_id: str, role: str, scope: str = ROOT, **more: Any) -> Created:
        """Assign a role (its id) as whoever is logged in."""
        return self.make(ASSIGNMENT, **self.assignment(object_id, role, scope, **more))

    def assignment(self, object_id: str, role: str, scope: str = ROOT, **more: Any) -> Properties:
        """The inputs of an assignment; ``None`` leaves one out."""
        inputs = {
            "scope": scope,
            "roleAssignmentName": guid(object_id, role, scope),
            "roleDefinitionId": definition_of(role),
            "principalId": object_id,
            "principalType": "ServicePrincipal",
            **more,
        }
        return {name: value for name, value in inputs.items() if value is not None}

    def log_in(self, who: Created | None) -> None:
        """Log in as an identity; ``None`` is the person."""
        ids = (who.properties["clientId"], who.properties["principalId"]) if who else ("", "")
        with self.world.limits() as limits:
            limits.set_login(Login("", "", False, who is not None, *ids))


@pytest.fixture
def cloud(tmp_path: Path) -> Pipelines:
    return Pipelines(tmp_path)


def lacks(who: Created, action: str, scope: str) -> str:
    """Azure's message for a right that is missing."""
    client, principal = who.properties["clientId"], who.properties["principalId"]
    return (
        f"The client '{client}' with object id '{principal}' does not have authorization to perform action '{action}' "
        f"over scope '{scope}' or the scope is invalid. {AGAIN}"
    )


def unmet(who: Created, action: str, scope: str) -> str:
    """Azure's message for a condition that does not hold."""
    client, principal = who.properties["clientId"], who.properties["principalId"]
    return (
        f"The client '{client}' with object id '{principal}' has an authorization with ABAC condition that is not "
        f"fulfilled to perform action '{action}' over scope '{scope}' or the scope is invalid. {AGAIN}"
    )


# Places: a role holds where it is assigned and below, and nowhere else.


def test_a_contributor_of_a_group_changes_what_is_in_it_and_nothing_else(cloud: Pipelines) -> None:
    cloud.log_in(cloud.apply)
    made = cloud.workspace()
    cloud.update(RESOURCE_GROUP, ROOT, resourceGroupName=GROUP, location=REGION, tags={"a": "b"})
    inputs = {"workspaceName": "mys-prod-core-log-san", "location": REGION, "resourceGroupName": PROD}
    error = cloud.refused("AuthorizationFailed", WORKSPACE, **inputs)
    id = f"{TREE}/resourceGroups/{PROD}/providers/Microsoft.OperationalInsights/workspaces/mys-prod-core-log-san"
    assert error.message == lacks(cloud.apply, "Microsoft.OperationalInsights/workspaces/write", id)
    assert error.status == 403
    assert cloud.world.refused()[-1][2] == id
    cloud.delete(WORKSPACE, made.id)


@pytest.mark.parametrize(
    ("key", "role", "action", "inputs"),
    [
        (
            "budget",
            "Cost Management Contributor",
            "Microsoft.Consumption/budgets",
            {
                "scope": TREE,
                "budgetName": "mys-dev-core-budget-san",
                "amount": 1,
                "category": "Cost",
                "timeGrain": "Monthly",
                "timePeriod": {"startDate": f"{today().replace(day=1)}T00:00:00Z"},
            },
        ),
        (
            "subscription-diagnostic-setting",
            "Monitoring Contributor",
            "Microsoft.Insights/diagnosticSettings",
            {"name": "activity-log", "logs": []},
        ),
        (
            "security-contact",
            "Security Admin",
            "Microsoft.Security/securityContacts",
            {"securityContactName": "default", "emails": "a@example.com"},
        ),
    ],
)
def test_what_belongs_to_the_subscription_takes_a_role_there(
    cloud: Pipelines, key: str, role: str, action: str, inputs: Properties
) -> None:
    """Who applies a stack has none by itself: a person gives it, and without it the refusal says what is missing."""
    inputs = {**inputs, **({"workspaceId": cloud.workspace().id} if key.endswith("setting") else {})}
    made = cloud.make(token_of(key), **inputs)
    cloud.delete(token_of(key), made.id)
    cloud.log_in(cloud.apply)
    error = cloud.refused("AuthorizationFailed", token_of(key), **inputs)
    assert error.message == lacks(cloud.apply, f"{action}/write", made.id)
    cloud.log_in(None)
    cloud.gives(cloud.apply, role, TREE)
    cloud.log_in(cloud.apply)
    cloud.make(token_of(key), **inputs)
    cloud.update(token_of(key), made.id, **inputs)
    assert cloud.azure.read("urn", token_of(key), made.id, {}, {}) is not None
    cloud.delete(token_of(key), made.id)


def test_a_group_is_made_by_whoever_has_a_role_at_the_subscription(cloud: Pipelines) -> None:
    cloud.log_in(cloud.apply)
    group = {"resourceGroupName": "mys-dev-new-rg-san", "location": REGION}
    error = cloud.refused("AuthorizationFailed", RESOURCE_GROUP, **group)
    scope = f"{TREE}/resourceGroups/mys-dev-new-rg-san"
    assert error.message == lacks(cloud.apply, "Microsoft.Resources/subscriptions/resourceGroups/write", scope)
    # A group whose name only begins like that of the pipeline's own is another one.
    error = cloud.refused("AuthorizationFailed", RESOURCE_GROUP, resourceGroupName=f"{GROUP}x", location=REGION)
    assert f"over scope '{ROOT}x'" in error.message
    cloud.log_in(None)
    cloud.gives(cloud.apply, "Contributor", TREE)
    cloud.log_in(cloud.apply)
    cloud.make(RESOURCE_GROUP, **group)


def test_a_role_at_one_resource_is_a_role_at_its_children(cloud: Pipelines) -> None:
    subnet = cloud.network()
    network = subnet.partition("/subnets/")[0]
    cloud.gives(cloud.preview, "Network Contributor", network)
    cloud.log_in(cloud.preview)
    token = token_of("virtual-network")
    inputs: Properties = {"virtualNetworkName": network.rpartition("/")[2], "location": REGION}
    inputs["addressSpace"] = {"addressPrefixes": ["10.0.0.0/16"]}
    cloud.update(token, network.replace(inputs["virtualNetworkName"], inputs["virtualNetworkName"].upper()), **inputs)
    join = Asked("Microsoft.Network/virtualNetworks/subnets/join/action", subnet)
    with cloud.world.reading() as seen:
        assert answer(seen, cloud.preview.properties["principalId"], join) is Answer.ALLOWED
        assert answer(seen, cloud.apply.properties["principalId"], join) is Answer.ALLOWED
        assert answer(seen, guid("somebody"), join) is Answer.MISSING
    cloud.refused("AuthorizationFailed", token, **{**inputs, "virtualNetworkName": "mys-dev-other-vnet-san"})


def test_a_reader_reads_and_changes_nothing(cloud: Pipelines) -> None:
    """What an unchanged `up` and a `refresh` ask for."""
    made = cloud.workspace()
    cloud.log_in(cloud.preview)
    for token, id in ((WORKSPACE, made.id), (RESOURCE_GROUP, ROOT)):
        assert cloud.azure.read("urn", token, id, {}, {}) is not None
    error = cloud.refused_delete("AuthorizationFailed", WORKSPACE, made.id)
    assert error.message == lacks(cloud.preview, "Microsoft.OperationalInsights/workspaces/delete", made.id)
    cloud.refused_update(
        "AuthorizationFailed", WORKSPACE, made.id, workspaceName="mys-dev-core-log-san", location=REGION
    )
    group = f"{TREE}/resourceGroups/{PROD}"
    error = refusal("AuthorizationFailed", lambda: cloud.azure.read("urn", RESOURCE_GROUP, group, {}, {}))
    assert error.message == lacks(cloud.preview, "Microsoft.Resources/subscriptions/resourceGroups/read", group)


def test_what_is_secret_in_a_site_needs_more_than_reading(cloud: Pipelines) -> None:
    row, id = RESOURCE_TYPES["web-app-settings"], f"{ROOT}/providers/Microsoft.Web/sites/one/config/appsettings"
    with cloud.world.reading() as seen:
        check_listed(seen, row, id)
        cloud.log_in(cloud.preview)
    with cloud.world.reading() as seen:
        error = refusal("AuthorizationFailed", lambda: check_listed(seen, row, id))
        check_listed(seen, RESOURCE_TYPES["web-app"], id)
    assert error.message == lacks(cloud.preview, "Microsoft.Web/sites/config/list/action", id)


# Locks and roles: what Contributor leaves out.


def test_locks_are_for_whoever_has_their_role(cloud: Pipelines) -> None:
    workspace = cloud.workspace().id
    inputs = {"scope": workspace, "lockName": "mys-dev-lock", "level": "CanNotDelete"}
    lock = cloud.make(LOCK, **inputs)
    cloud.log_in(cloud.apply)
    error = cloud.refused_delete("AuthorizationFailed", LOCK, lock.id)
    assert error.message == lacks(cloud.apply, "Microsoft.Authorization/locks/delete", lock.id)
    cloud.log_in(None)
    cloud.gives(cloud.apply, "Locks Contributor")
    cloud.log_in(cloud.apply)
    cloud.delete(LOCK, lock.id)
    cloud.make(LOCK, **inputs)


def delegated(cloud: Pipelines) -> tuple[str, str]:
    """Let the pipeline assign two roles to service principals in its group; the id of a workspace, and of a service."""
    cloud.gives(cloud.apply, "Role Based Access Control Administrator", condition=CONDITION, conditionVersion="2.0")
    return cloud.workspace().id, cloud.identity("mys-dev-app-identity-san").properties["principalId"]


def test_a_role_that_the_condition_names_is_given_and_taken(cloud: Pipelines) -> None:
    workspace, service = delegated(cloud)
    cloud.log_in(cloud.apply)
    made = cloud.assign(service, LOGS, workspace)
    # The name that settings write may be in capitals, as ids may.
    cloud.assign(service, SENDER.upper(), workspace)
    cloud.delete(ASSIGNMENT, made.id)


WRITE = "Microsoft.Authorization/roleAssignments/write"


@pytest.mark.parametrize(
    ("role", "more"),
    [
        (BUILT_IN["Contributor"].id, {}),
        (BUILT_IN["Role Based Access Control Administrator"].id, {"conditionVersion": "2.0", "condition": CONDITION}),
        (LOGS, {"principalType": "Group"}),
        # Azure asks the request, not what it would find out itself (hashicorp/terraform-provider-azurerm #24271).
        (LOGS, {"principalType": None}),
    ],
    ids=["foreign role", "its own role", "a group", "no type"],
)
def test_another_role_or_kind_of_principal_is_refused(cloud: Pipelines, role: str, more: dict[str, Any]) -> None:
    workspace, service = delegated(cloud)
    cloud.log_in(cloud.apply)
    inputs = cloud.assignment(service, role, workspace, **more)
    error = cloud.refused("AuthorizationFailed", ASSIGNMENT, **inputs)
    id = f"{workspace}/providers/Microsoft.Authorization/roleAssignments/{inputs['roleAssignmentName']}"
    assert error.message == unmet(cloud.apply, WRITE, id)
    assert "docs/permissions.md" in str(error)
    assert cloud.world.get(id) is None


def test_the_condition_of_an_identity_is_not_its_own_to_change(cloud: Pipelines) -> None:
    delegated(cloud)
    own = cloud.world.of_type(ASSIGNMENT)[-1]
    cloud.log_in(cloud.apply)
    inputs = {name: own.body[name] for name in ("scope", "roleDefinitionId", "principalId", "principalType")}
    named = {**inputs, "roleAssignmentName": own.id.rpartition("/")[2]}
    error = cloud.refused_update("AuthorizationFailed", ASSIGNMENT, own.id, **named)
    assert error.message == unmet(cloud.apply, WRITE, own.id)
    error = cloud.refused_delete("AuthorizationFailed", ASSIGNMENT, own.id)
    assert error.message == unmet(cloud.apply, "Microsoft.Authorization/roleAssignments/delete", own.id)


def test_one_assignment_that_allows_it_is_enough(cloud: Pipelines) -> None:
    workspace, service = delegated(cloud)
    cloud.gives(cloud.apply, "User Access Administrator", workspace)
    cloud.log_in(cloud.apply)
    cloud.assign(service, BUILT_IN["Reader"].id, workspace)
    cloud.refused("AuthorizationFailed", ASSIGNMENT, **cloud.assignment(service, BUILT_IN["Reader"].id))


def test_outside_its_group_the_condition_is_not_even_asked(cloud: Pipelines) -> None:
    delegated(cloud)
    cloud.log_in(cloud.apply)
    scope = f"{TREE}/resourceGroups/{PROD}"
    inputs = cloud.assignment(guid("somebody"), LOGS, scope)
    error = cloud.refused("AuthorizationFailed", ASSIGNMENT, **inputs)
    id = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{inputs['roleAssignmentName']}"
    assert error.message == lacks(cloud.apply, WRITE, id)


def test_who_wrote_an_assignment_stays_its_creator(cloud: Pipelines) -> None:
    workspace, service = delegated(cloud)
    cloud.log_in(cloud.apply)
    made = cloud.assign(service, LOGS, workspace)
    cloud.log_in(None)
    cloud.update(ASSIGNMENT, made.id, **cloud.assignment(service, LOGS, workspace, description="mine now"))
    found = cloud.azure.read("urn", ASSIGNMENT, made.id, {}, {})
    assert found is not None
    assert found.properties["createdBy"] == cloud.apply.properties["principalId"]
    assert found.properties["updatedBy"] == CALLER


# Conditions that Azure does not take.


@pytest.mark.parametrize(
    ("role", "condition", "version", "advice"),
    [
        ("User Access Administrator", "ActionMatches{'a'", "2.0", "at character 18; seen: the end; allowed: }"),
        ("User Access Administrator", CONDITION, "1.0", "conditionVersion; seen: 1.0; allowed: 2.0"),
        ("Contributor", CONDITION, "2.0", "Contributor has no action that takes conditions"),
    ],
)
def test_a_condition_that_is_wrong_is_refused(
    cloud: Pipelines, role: str, condition: str, version: str, advice: str
) -> None:
    inputs = cloud.assignment(guid("somebody"), BUILT_IN[role].id, condition=condition, conditionVersion=version)
    error = cloud.refused("InvalidRoleAssignmentCondition", ASSIGNMENT, **inputs)
    assert error.message == "The given role assignment condition is invalid."
    assert advice in str(error)


def test_the_version_of_a_condition_is_filled_in(cloud: Pipelines) -> None:
    """Microsoft: Add or edit Azure role assignment conditions using the REST API."""
    given = {"condition": "!(ActionMatches{'*/write'})"}
    with_one = cloud.assign(guid("somebody"), BUILT_IN["Storage Blob Data Reader"].id, **given)
    assert with_one.properties["conditionVersion"] == "2.0"
    assert "conditionVersion" not in cloud.assign(guid("somebody"), LOGS).properties


STATE = f"{ROOT}/providers/Microsoft.Storage/storageAccounts/state/blobServices/default/containers/state"
BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"


@pytest.mark.parametrize(
    ("verb", "path", "found"),
    [
        ("write", ".pulumi/stacks/mystira/dev.json", Answer.ALLOWED),
        ("write", ".pulumi/stacks/mystira/prod.json", Answer.CONDITION),
        ("read", ".pulumi/stacks/mystira/prod.json", Answer.ALLOWED),
        ("tags/write", ".pulumi/stacks/mystira/dev.json", Answer.MISSING),
    ],
)
def test_a_condition_on_the_path_of_a_blob(cloud: Pipelines, verb: str, path: str, found: Answer) -> None:
    """No operation of this cloud reaches blobs: the same answer decides for whoever asks it."""
    condition = f"!(ActionMatches{{'{BLOBS}/write'}}) OR @Resource[{BLOBS}:path] StringLike '*/dev.json'"
    cloud.gives(cloud.apply, "Storage Blob Data Contributor", condition=condition)
    attributes = {attribute("Resource", f"{BLOBS}:path"): path}
    asked = Asked(f"{BLOBS}/{verb}", STATE, attributes, data=True)
    with cloud.world.reading() as seen:
        assert answer(seen, cloud.apply.properties["principalId"], asked) is found


# Links, functions, registrations.


def test_an_endpoint_needs_the_right_to_approve_itself_at_its_target(cloud: Pipelines) -> None:
    subnet, registry = cloud.network(), cloud.registry()
    cloud.gives(cloud.preview, "Network Contributor")
    cloud.log_in(cloud.preview)
    inputs = endpoint(subnet, registry.id)
    approve = "Microsoft.ContainerRegistry/registries/privateEndpointConnectionsApproval/action"
    error = cloud.refused("LinkedAuthorizationFailed", token_of("private-endpoint"), **inputs)
    client, principal = cloud.preview.properties["clientId"], cloud.preview.properties["principalId"]
    id = f"{ROOT}/providers/Microsoft.Network/privateEndpoints/{inputs['privateEndpointName']}"
    assert error.message == (
        f"The client '{client}' with object id '{principal}' has permission to perform action "
        f"'Microsoft.Network/privateEndpoints/write' on scope '{id}'; however, it does not have permission to perform "
        f"action(s) '{approve}' on the linked scope(s) '{registry.id}' (respectively) or the linked scope(s) are "
        "invalid."
    )
    cloud.log_in(None)
    custom = "00000000-0000-4000-8000-00000000c001"
    with cloud.world.writing("create", CUSTOM, definition_of(custom)) as world:
        role = {"roleName": "Endpoint approver", "permissions": [{"actions": [approve], "notActions": None}]}
        world.put(definition_of(custom), CUSTOM, role)
    cloud.assign(principal, custom, registry.id)
    cloud.log_in(cloud.preview)
    cloud.make(token_of("private-endpoint"), **inputs)


def test_several_links_are_one_refusal(cloud: Pipelines) -> None:
    """One action is said once, several stand in the order of what they are on."""
    subnet = cloud.network()
    names = ("one", "two")
    identities = {cloud.identity(name).id: {} for name in names}
    cloud.gives(cloud.preview, "User Access Administrator")
    cloud.log_in(cloud.preview)
    network, assign = subnet.partition("/subnets/")[0], "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
    inputs: Properties = {"identity": {"userAssignedIdentities": identities}}
    for more, actions, scopes in (
        ({}, assign, [*identities]),
        (
            {"network": network},
            f"{assign},{assign},Microsoft.Network/virtualNetworks/join/action",
            [*identities, network],
        ),
    ):
        id = f"{ROOT}/providers/Microsoft.Authorization/locks/any"
        with cloud.world.reading() as seen:
            body = {**inputs, **more}
            error = refusal("LinkedAuthorizationFailed", partial(check_right, seen, id, "write", body))
        assert f"perform action(s) '{actions}' on the linked scope(s) '{','.join(scopes)}' (respect" in error.message


@pytest.mark.parametrize("token", [token for token, action in FUNCTIONS.items() if action and token != TAGS])
def test_every_function_is_asked_about_its_resource(cloud: Pipelines, token: str) -> None:
    kind = FUNCTIONS[token].rsplit("/", 2)[0]
    row = next(row for row in RESOURCE_TYPES.values() if row.arm.lower() == kind.lower())
    arguments = {name: name for name in placeholders(row)}
    cloud.log_in(cloud.preview)
    with cloud.world.reading() as seen:
        error = refusal("AuthorizationFailed", lambda: check_function(seen, token, arguments, SUBSCRIPTION))
    id = made_id(row, {**arguments, "subscriptionId": SUBSCRIPTION})
    assert error.message == lacks(cloud.preview, FUNCTIONS[token], id)


def test_an_identity_is_used_by_whoever_operates_it(cloud: Pipelines) -> None:
    """Microsoft: Use a managed identity in AKS: what the cluster's own identity needs over that of its nodes."""
    assign = Asked("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", cloud.identity("nodes").id)
    operator = cloud.preview.properties["principalId"]
    with cloud.world.reading() as seen:
        assert answer(seen, operator, assign) is Answer.MISSING
    cloud.gives(cloud.preview, "Managed Identity Operator", assign.scope)
    with cloud.world.reading() as seen:
        assert answer(seen, operator, assign) is Answer.ALLOWED


def test_a_role_that_nobody_has_defined_is_none(cloud: Pipelines) -> None:
    error = cloud.refused(
        "RoleDefinitionDoesNotExist", ASSIGNMENT, **cloud.assignment(guid("somebody"), guid("no", "role"))
    )
    assert error.message == f"The specified role definition with ID '{guid('no', 'role')}' does not exist."


def test_functions_have_actions_of_their_own(cloud: Pipelines) -> None:
    inputs = {"accountName": "mysdevcorestsan", "location": REGION, "kind": "StorageV2"}
    store = cloud.make(token_of("storage-account"), **inputs, sku={"name": "Standard_LRS"})
    keys, arguments = "azure-native:storage:listStorageAccountKeys", {"accountName": "mysdevcorestsan"}
    cloud.log_in(cloud.apply)
    assert cloud.azure.invoke(keys, {**arguments, "resourceGroupName": GROUP})["keys"]
    cloud.log_in(cloud.preview)
    error = refusal("AuthorizationFailed", lambda: cloud.azure.invoke(keys, {**arguments, "resourceGroupName": GROUP}))
    assert error.message == lacks(cloud.preview, "Microsoft.Storage/storageAccounts/listKeys/action", store.id)


def test_the_tags_of_a_scope_are_for_whoever_reads_there(cloud: Pipelines) -> None:
    cloud.log_in(cloud.preview)
    scope = f"subscriptions/{SUBSCRIPTION}"
    error = refusal("AuthorizationFailed", lambda: cloud.azure.invoke(TAGS, {"scope": scope}))
    place = f"{TREE}/providers/Microsoft.Resources/tags/default"
    assert error.message == lacks(cloud.preview, "Microsoft.Resources/tags/read", place)
    assert cloud.azure.invoke(TAGS, {"scope": f"{scope}/resourceGroups/{GROUP}"})["name"] == "default"


def test_a_role_in_a_group_registers_no_provider(cloud: Pipelines) -> None:
    with cloud.world.limits() as limits:
        limits.unregister("Microsoft.OperationalInsights", locked=False)
    cloud.log_in(cloud.apply)
    with pytest.raises(ProviderError, match="AuthorizationFailed") as caught:
        cloud.workspace()
    who = cloud.apply.properties
    assert (
        f"The client '{who['clientId']}' with object id '{who['principalId']}' does not have authorization to perform "
        f"action 'Microsoft.OperationalInsights/register/action' over scope '{TREE}' or the scope is invalid."
    ) in str(caught.value)
    cloud.log_in(None)
    cloud.workspace()


# The login itself.


def test_the_token_says_whose_it_is(cloud: Pipelines) -> None:
    found = claims(cloud.azure.invoke(CLIENT_TOKEN, {})["token"])
    assert (found["oid"], found["appid"]) == (CALLER, CLIENT_ID)
    cloud.log_in(cloud.apply)
    found, who = claims(cloud.azure.invoke(CLIENT_TOKEN, {})["token"]), cloud.apply.properties
    assert (found["tid"], found["oid"], found["appid"]) == (TENANT, who["principalId"], who["clientId"])


def test_an_identity_that_was_deleted_gets_no_token(cloud: Pipelines) -> None:
    cloud.delete(IDENTITY, cloud.apply.id)
    cloud.log_in(cloud.apply)
    client = cloud.apply.properties["clientId"]
    said = f"AADSTS700016: Application with identifier '{client}' was not found in the directory '{TENANT}'."
    for attempt in (lambda: cloud.azure.invoke(CLIENT_TOKEN, {}), cloud.workspace):
        with pytest.raises(ProviderError) as caught:
            attempt()
        assert said in str(caught.value)


def test_preflight_asks_for_the_rights_of_the_identity(cloud: Pipelines) -> None:
    cloud.gives(cloud.apply, "Locks Contributor")
    cloud.log_in(cloud.apply)
    write = "Microsoft.OperationalInsights/workspaces/write"
    needed = [Right(write, ROOT, "x"), Right("Microsoft.Authorization/locks/write", ROOT, "x")]
    arm = arm_of(cloud.world)
    assert [each.verdict for each in check_rights(arm, needed)] == [Verdict.OK]
    elsewhere = f"{TREE}/resourceGroups/{PROD}"
    (found,) = check_rights(arm, [*needed, Right(write, elsewhere, "x")])
    assert (found.verdict, found.details) == (Verdict.REFUSED, (write,))
    assert elsewhere in found.text
    cloud.log_in(None)
    assert [each.verdict for each in check_rights(arm, [Right(write, elsewhere, "x")])] == [Verdict.OK]


def test_the_table_of_roles_has_every_role_of_the_platform() -> None:
    by_id = {each.id: name for name, each in BUILT_IN.items()}
    assert {role.id: role.name for role in ROLES.values()}.items() <= by_id.items()
    assert len(by_id) == len(BUILT_IN)
