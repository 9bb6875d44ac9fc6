"""Whose a token is, and what Azure lets them do in a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from components.facts.roles import ROLES
from offline.azure.behaviour import guid
from offline.azure.role_definitions import BUILT_IN
from offline.azure.subscription import CALLER
from offline.entra.services.groups import GROUP
from offline.kubernetes.servers import webhooks
from offline.kubernetes.servers.rights import DENIED, NO_OPINION, Refused, data_action, groups_of, user_of, verdict
from offline.kubernetes.servers.webhooks import Webhooks
from offline.rpc.protocol import Created
from offline.world.objects import CloudObject, Writer
from tests.harness.compose import TENANT
from tests.harness.entra_clusters import entra_cluster, token_of
from tests.harness.offline import ROOT, SUBSCRIPTION, Cloud
from tests.harness.offline import token_of as type_of

NOW = 0.0
MANAGED = "Microsoft.ContainerService/managedClusters"


def resource(verb: str, resource: str, **more: str) -> dict[str, Any]:
    return {"resourceAttributes": {"verb": verb, "resource": resource, **more}}


@pytest.fixture
def made(cloud: Cloud) -> Created:
    return entra_cluster(cloud)


@pytest.mark.parametrize(
    ("asked", "action"),
    [
        (resource("list", "pods"), "pods/read"),
        (resource("watch", "deployments", group="apps"), "apps/deployments/read"),
        (resource("patch", "deployments", group="apps", subresource="status"), "apps/deployments/write"),
        (resource("create", "pods", subresource="exec"), "pods/exec/action"),
        (resource("deletecollection", "secrets"), "secrets/delete"),
        (
            resource("escalate", "roles", group="rbac.authorization.k8s.io"),
            "rbac.authorization.k8s.io/roles/escalate/action",
        ),
        (resource("*", "*", group="*"), "*/*/*"),
        ({"nonResourceAttributes": {"verb": "get", "path": "/metrics"}}, "metrics/read"),
        ({"nonResourceAttributes": {"verb": "frobnicate", "path": "/metrics"}}, "metrics"),
    ],
)
def test_a_request_is_a_data_action(asked: Mapping[str, Any], action: str) -> None:
    assert data_action(asked) == f"{MANAGED}/{action}"


ASKED = {
    "reads a deployment": resource("get", "deployments", group="apps", namespace="mys-dev"),
    "changes a deployment": resource("patch", "deployments", group="apps", namespace="mys-dev"),
    "reads a secret": resource("get", "secrets", namespace="mys-dev"),
    "reads a deployment elsewhere": resource("get", "deployments", group="apps", namespace="other"),
    "makes a quota": resource("create", "resourcequotas", namespace="mys-dev"),
    "makes a storage class": resource("create", "storageclasses", group="storage.k8s.io"),
    "reads definitions": resource("list", "customresourcedefinitions", group="apiextensions.k8s.io"),
}
CLUSTER, NAMESPACE = "", "/namespaces/mys-dev"


@pytest.mark.parametrize(
    ("role", "scope", "may"),
    [
        ("Azure Kubernetes Service RBAC Cluster Admin", CLUSTER, set(ASKED)),
        (
            "Azure Kubernetes Service RBAC Admin",
            NAMESPACE,
            {"reads a deployment", "changes a deployment", "reads a secret"},
        ),
        (
            "Azure Kubernetes Service RBAC Writer",
            NAMESPACE,
            {"reads a deployment", "changes a deployment", "reads a secret"},
        ),
        ("Azure Kubernetes Service RBAC Reader", NAMESPACE, {"reads a deployment"}),
        ("Azure Kubernetes Service RBAC Reader", CLUSTER, {"reads a deployment", "reads a deployment elsewhere"}),
        ("Azure Kubernetes Service Cluster User Role", CLUSTER, set()),
        ("Owner", CLUSTER, set()),
    ],
)
def test_roles_at_a_cluster_and_at_a_namespace(
    cloud: Cloud, made: Created, role: str, scope: str, may: set[str]
) -> None:
    somebody = cloud.identity("somebody").properties["principalId"]
    cloud.make(
        type_of("role-assignment"),
        scope=made.id + scope,
        roleAssignmentName=guid(role),
        roleDefinitionId=f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{BUILT_IN[role].id}",
        principalId=somebody,
        principalType="ServicePrincipal",
    )
    user = {"user": somebody, "extra": {"oid": [somebody]}}
    hooks = Webhooks(cloud.world, made.id)
    answers = {what: hooks.authorized({"spec": {**user, **asked}}) for what, asked in ASKED.items()}
    hooks.end()
    assert {what for what, answer in answers.items() if answer["allowed"]} == may
    refused = [answer for answer in answers.values() if not answer["allowed"]]
    assert all(each == {"allowed": False, "denied": True, "reason": DENIED} for each in refused)


def test_a_role_at_the_group_of_the_cluster_holds_too(cloud: Cloud, made: Created) -> None:
    somebody = cloud.identity("somebody").properties["principalId"]
    cloud.grant("cluster-admin", somebody, ROOT)
    assert allowed(cloud, made, somebody, ASKED["makes a storage class"])


def test_the_person_is_in_every_group_that_has_a_role(cloud: Cloud, made: Created) -> None:
    asked = ASKED["makes a quota"]
    assert not allowed(cloud, made, CALLER, asked)
    cloud.grant("cluster-admin", guid("platform"), made.id, principalType="Group")
    assert allowed(cloud, made, CALLER, asked)
    with cloud.world.limits() as limits:
        limits.set_rights(["Owner"], [])
    assert not allowed(cloud, made, CALLER, asked)
    with cloud.world.limits() as limits:
        limits.set_rights(["Owner", "Azure Kubernetes Service RBAC Cluster Admin"], [])
    assert allowed(cloud, made, CALLER, asked)


def test_a_verdict_is_asked_again_when_rights_or_the_cluster_changed(
    cloud: Cloud, made: Created, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(reader: Writer, found: CloudObject, spec: Mapping[str, Any]) -> dict[str, Any]:
        asked.append(data_action(spec))
        return verdict(reader, found, spec)

    monkeypatch.setattr(webhooks, "verdict", counted)
    hooks, somebody = Webhooks(cloud.world, made.id), cloud.identity("somebody").properties["principalId"]
    review = {"spec": {"user": somebody, "extra": {"oid": [somebody]}, **resource("get", "pods", name="one")}}
    other = {"spec": {**review["spec"], **resource("get", "pods", name="two")}}
    assert not hooks.authorized(review)["allowed"]
    assert not hooks.authorized(other)["allowed"]
    cloud.identity("somebody-else")
    assert not hooks.authorized(review)["allowed"]
    assert len(asked) == 1
    cloud.grant("cluster-reader", somebody, made.id)
    assert hooks.authorized(review)["allowed"]
    assert hooks.authorized(other)["allowed"]
    assert len(asked) == 2
    with cloud.world.writing("delete", type_of("kubernetes-cluster"), made.id) as writer:
        writer.delete(made.id)
    assert hooks.authorized(review) == {"allowed": False, "reason": "the cluster is gone"}
    hooks.end()


def test_members_of_groups_have_their_rights(cloud: Cloud, made: Created) -> None:
    somebody, inner, outer = (guid(each) for each in ("somebody", "inner", "outer"))
    with cloud.world.writing("create", GROUP, "group") as writer:
        writer.put(f"/groups/{inner}", GROUP, {"objectId": inner, "members": [somebody]})
        writer.put(f"/groups/{outer}", GROUP, {"objectId": outer, "members": [inner]})
    with cloud.world.reading() as reader:
        assert groups_of(reader, somebody) == [inner, outer]
    cloud.grant("cluster-reader", outer, made.id, principalType="Group")
    assert allowed(cloud, made, somebody, ASKED["reads a deployment"])


def test_azure_has_no_opinion_of_others(cloud: Cloud, made: Created) -> None:
    with cloud.world.reading() as reader:
        found = reader.get(made.id)
        assert found is not None
        account = {"user": "system:serviceaccount:mys-dev:admin-api", **ASKED["reads a deployment"]}
        assert verdict(reader, found, account) == {"allowed": False, "reason": NO_OPINION}
        unknown = verdict(reader, found, {"user": "masterclient", **ASKED["reads a deployment"]})
    assert unknown["reason"].startswith("Azure does not have opinion for this non AAD user.")
    assert "denied" not in unknown


def test_a_token_says_who_it_is_of(cloud: Cloud, made: Created) -> None:
    hooks = Webhooks(cloud.world, made.id)
    somebody = guid("somebody")
    review = {"spec": {"token": token_of(somebody), "audiences": ["https://kubernetes"]}}
    user = {"username": somebody, "groups": [], "extra": {"oid": [somebody]}}
    expected = {"authenticated": True, "user": user, "audiences": ["https://kubernetes"]}
    assert hooks.authenticated(review) == expected
    cloud.delete("azure-native:containerservice:ManagedCluster", made.id)
    assert hooks.authenticated(review) == {"authenticated": False, "error": "the cluster is gone"}
    hooks.end()


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (token_of(aud="https://management.azure.com"), "expected audience"),
        (token_of(tid=guid("another tenant")), "issued by a different provider"),
        (token_of(iss="https://sts.windows.net/"), "issued by a different provider"),
        (token_of(exp=1), "is expired"),
        ("nonsense", "malformed jwt"),
    ],
)
def test_tokens_that_a_cluster_does_not_take(cloud: Cloud, made: Created, token: str, why: str) -> None:
    with cloud.world.reading() as reader:
        found = reader.get(made.id)
        assert found is not None
        with pytest.raises(Refused, match=why):
            user_of(reader, found, token, now=2.0)


def test_a_login_without_a_tenant_is_of_the_expected_one(cloud: Cloud, made: Created) -> None:
    with cloud.world.reading() as reader:
        found = reader.get(made.id)
        assert found is not None
        assert user_of(reader, found, token_of(tid=""), NOW)["username"] == CALLER
        found.body["aadProfile"]["tenantID"] = TENANT.upper()
        assert user_of(reader, found, token_of(), NOW)["username"] == CALLER


def test_a_cluster_without_entra_takes_no_token(cloud: Cloud, made: Created) -> None:
    with cloud.world.reading() as reader:
        found = reader.get(made.id)
        assert found is not None
        found.body["aadProfile"] = {"managed": True, "tenantID": TENANT}
        user = {"user": CALLER, "extra": {"oid": [CALLER]}, **ASKED["reads a deployment"]}
        assert verdict(reader, found, user) == {"allowed": False, "reason": NO_OPINION}
        found.body["aadProfile"] = None
        with pytest.raises(Refused, match="no Microsoft Entra integration"):
            user_of(reader, found, token_of(), NOW)


def test_the_roles_of_this_table_are_those_of_the_program() -> None:
    for key in ("cluster-admin", "cluster-writer", "cluster-reader", "cluster-user"):
        assert BUILT_IN[ROLES[key].name].id == ROLES[key].id


def allowed(cloud: Cloud, made: Created, object_id: str, asked: Mapping[str, Any]) -> bool:
    with cloud.world.reading() as reader:
        found = reader.get(made.id)
        assert found is not None
        groups = groups_of(reader, object_id)
        return verdict(reader, found, {"user": object_id, "groups": groups, "extra": {"oid": [object_id]}, **asked})[
            "allowed"
        ]
