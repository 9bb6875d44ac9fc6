"""What the pods of a workload read: a ConfigMap, and a SecretProviderClass that makes a Secret.

Neither has a name of its own: pulumi-kubernetes makes one for each content, so that a change brings a new object, then
new pods, and only then takes the old object away. The Secret is named after the versions that it holds. Under a fixed
name new pods would start on the old value: the driver makes a Secret that is missing and else writes one only when it
looks again (kubernetes-sigs/secrets-store-csi-driver v1.5.3: secretproviderclasspodstatus_controller.go).
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import pulumi

from components.kubernetes.manifests import Manifest, metadata
from components.workloads.spec import WorkloadSpec

HASH_DIGITS = 10


def config_map(spec: WorkloadSpec) -> Manifest:
    """The variables that are no secret."""
    return {"metadata": metadata(spec.labels, namespace=spec.namespace), "data": dict(spec.variables)}


def secret_name(spec: WorkloadSpec, versions: Mapping[str, pulumi.Input[str]]) -> pulumi.Output[str]:
    """The name of the Secret with these versions, by the names of the secrets."""
    return pulumi.Output.all(**versions).apply(lambda known: f"{spec.name}-{digest_of(spec.secrets, known)}")


def digest_of(secrets: Mapping[str, str], versions: Mapping[str, str]) -> str:
    """What tells two contents of a Secret apart: which version of which secret each variable holds."""
    lines = sorted(f"{variable}={name}/{versions[name]}" for variable, name in secrets.items())
    return sha256("\n".join(lines).encode()).hexdigest()[:HASH_DIGITS]


def secret_class(
    spec: WorkloadSpec,
    versions: Mapping[str, pulumi.Input[str]],
    secret: pulumi.Input[str],
    client_id: pulumi.Input[str],
) -> Manifest:
    """What the driver reads from the vault as the identity of the service (Microsoft: Provide an identity to access the
    Azure Key Vault provider for Secrets Store CSI Driver), and the Secret that it makes of it."""
    data = [{"objectName": name, "key": variable} for variable, name in spec.secrets.items()]
    return {
        "metadata": metadata(spec.labels, namespace=spec.namespace),
        "spec": {
            "provider": "azure",
            "parameters": {
                "usePodIdentity": "false",
                "clientID": client_id,
                "keyvaultName": spec.vault,
                "tenantId": spec.tenant_id,
                "objects": pulumi.Output.all(**versions).apply(objects),
            },
            "secretObjects": [{"secretName": secret, "type": "Opaque", "labels": dict(spec.labels), "data": data}],
        },
    }


def objects(versions: Mapping[str, str]) -> str:
    """The secrets of the vault with their versions, as the driver's provider for Azure reads them: YAML in YAML. What
    its owner writes into the vault has no version here: it is the newest."""
    lines = ["array:"]
    for name, version in versions.items():
        lines += ["  - |", f"    objectName: {name}", "    objectType: secret"]
        lines += [f"    objectVersion: {version}"] if version else []
    return "\n".join(lines) + "\n"
