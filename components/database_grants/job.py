"""The job that runs the grants in the databases, before what uses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from components.database_grants.facts import (
    AUTHORITIES,
    DEADLINE_SECONDS,
    LIMIT_MEMORY_MIB,
    LIMIT_MILLICORES,
    MEMORY_MIB,
    MILLICORES,
    RETRIES,
)
from components.database_grants.spec import GrantsSpec
from components.kubernetes.manifests import Manifest, mebibytes, metadata
from components.kubernetes.objects import KubernetesObject
from components.workloads.facts import LOGS_MIB, SCRATCH_MIB, STORAGE_MIB, USES_IDENTITY_LABEL
from components.workloads.manifests import service_account
from components.workloads.pods import CONTAINER_SECURITY, pod_security, quantities
from components.workloads.policies import network_policy

SCRIPT = "grants.sql"
WORK, SQL = "/work", "/sql"

LOGIN = f"""\
umask 077
az login --service-principal --username "$AZURE_CLIENT_ID" --tenant "$AZURE_TENANT_ID" \\
  --federated-token "$(cat "$AZURE_FEDERATED_TOKEN_FILE")" --allow-no-subscriptions --output none
token=$(az account get-access-token --resource-type oss-rdbms --query accessToken --output tsv)
printf '*:*:*:*:%s\\n' "$token" > {WORK}/passwords
cp {AUTHORITIES} {WORK}/authorities.crt
"""
"""A token of the identity is the password (Microsoft: Use Microsoft Entra ID for authentication with Azure Database for
PostgreSQL). Workload identity sets the variables."""


class DatabaseGrants(pulumi.ComponentResource):
    """A job that runs SQL once for each of its versions: other SQL, or another object id, replaces it. One that has
    failed is replaced by the next run, and none goes by itself: a job that was gone would be made again."""

    TOKEN = "mystira:database_grants:DatabaseGrants"
    job: KubernetesObject

    def __init__(
        self,
        name: str,
        spec: GrantsSpec,
        *,
        host: pulumi.Input[str],
        client_id: pulumi.Input[str],
        ids: Mapping[str, pulumi.Input[str]],
        within: pulumi.ResourceOptions,
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``ids`` are the object ids by psql variable, ``within`` is what everything in the namespace waits for,
        ``after`` what else must be there first: the server with its administrators, and the trust of the identity."""
        super().__init__(self.TOKEN, name, None, opts)
        self._within = within
        account = spec.account
        first = [
            self._put("service-account", account.name, service_account(account, client_id)),
            self._put("network-policy", spec.policy.name, network_policy(spec.policy, account.labels)),
        ]
        script = pulumi.Output.all(**ids).apply(lambda known: with_ids(spec.script, known))
        sql = self._put("config-map", account.name, script_map(spec, script))
        self.job = self._put("job", account.name, grants_job(spec, host, sql.object_name), [*first, *after])
        self.register_outputs({})

    def _put(self, kind: str, name: str, manifest: Manifest, after: Sequence[pulumi.Resource] = ()) -> KubernetesObject:
        own = pulumi.ResourceOptions(parent=self, depends_on=list(after))
        return KubernetesObject(kind, name, manifest, pulumi.ResourceOptions.merge(self._within, own))


def with_ids(script: str, ids: Mapping[str, str]) -> str:
    """The script with its psql variables set."""
    return "".join(f"\\set {name} '{value}'\n" for name, value in ids.items()) + script


def script_map(spec: GrantsSpec, script: pulumi.Input[str]) -> Manifest:
    """The SQL as a file. Object ids are no secrets."""
    return {"metadata": metadata(spec.account.labels, namespace=spec.account.namespace), "data": {SCRIPT: script}}


def grants_job(spec: GrantsSpec, host: pulumi.Input[str], sql: pulumi.Input[str]) -> Manifest:
    """First the token, then the SQL."""
    account = spec.account
    login = {
        "name": "login",
        "image": spec.cli_image,
        "command": ["/bin/bash", "-ec", LOGIN],
        "env": [{"name": "HOME", "value": WORK}, {"name": "AZURE_CONFIG_DIR", "value": f"{WORK}/azure"}],
        **_bounded([{"name": "work", "mountPath": WORK}, {"name": "tmp", "mountPath": "/tmp"}]),
    }
    target = f"port={spec.port} dbname=postgres user={spec.user} sslmode=verify-full sslrootcert={WORK}/authorities.crt"
    run = {
        "name": "psql",
        "image": spec.psql_image,
        "command": ["psql", pulumi.Output.concat("host=", host, " ", target), f"--file={SQL}/{SCRIPT}"],
        "env": [{"name": "HOME", "value": WORK}, {"name": "PGPASSFILE", "value": f"{WORK}/passwords"}],
        **_bounded(
            [
                {"name": "work", "mountPath": WORK, "readOnly": True},
                {"name": "sql", "mountPath": SQL, "readOnly": True},
            ]
        ),
    }
    return {
        "metadata": metadata(
            account.labels,
            name=account.name,
            namespace=account.namespace,
            annotations={"pulumi.com/replaceUnready": "true"},
        ),
        "spec": {
            "backoffLimit": RETRIES,
            "activeDeadlineSeconds": DEADLINE_SECONDS,
            "template": {
                "metadata": {"labels": {**account.labels, USES_IDENTITY_LABEL: "true"}},
                "spec": {
                    "restartPolicy": "Never",
                    "serviceAccountName": account.name,
                    "automountServiceAccountToken": False,
                    "enableServiceLinks": False,
                    "securityContext": pod_security(),
                    "nodeSelector": dict(spec.node_selector),
                    "initContainers": [login],
                    "containers": [run],
                    "volumes": [
                        # In memory: the token never touches a disk.
                        {"name": "work", "emptyDir": {"medium": "Memory", "sizeLimit": mebibytes(SCRATCH_MIB)}},
                        {"name": "tmp", "emptyDir": {"sizeLimit": mebibytes(SCRATCH_MIB)}},
                        {"name": "sql", "configMap": {"name": sql}},
                    ],
                },
            },
        },
    }


def _bounded(mounts: list[Manifest]) -> Manifest:
    return {
        "imagePullPolicy": "IfNotPresent",
        "resources": {
            "requests": quantities(MILLICORES, MEMORY_MIB, STORAGE_MIB),
            "limits": quantities(LIMIT_MILLICORES, LIMIT_MEMORY_MIB, LOGS_MIB + SCRATCH_MIB),
        },
        "securityContext": CONTAINER_SECURITY,
        "volumeMounts": mounts,
    }
