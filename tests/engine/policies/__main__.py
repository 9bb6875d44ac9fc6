"""Resources as a file has them, so that one run shows every rule kept and broken.

Each entry has a type, a name, inputs by their names on the wire, whether it is protected, which inputs are secret, and
which are made from another entry (``refers``).
"""

import json
from pathlib import Path

import pulumi
import pulumi_azure_native as azure_native
import pulumi_azuread as azuread
import pulumi_kubernetes as kubernetes

from tests.engine.ground import SUBSCRIPTION, TENANT

PROVIDERS = {
    "azure-native": azure_native.Provider("azure", subscription_id=SUBSCRIPTION, tenant_id=TENANT),
    "azuread": azuread.Provider("entra", tenant_id=TENANT),
    # A preview of what is to be created asks no cluster.
    "kubernetes": kubernetes.Provider("kubernetes", kubeconfig="{}", cluster_identifier="none"),
}

config = pulumi.Config()
made = {}
for entry in json.loads(Path(config.require("file")).read_text()):
    inputs = dict(entry["inputs"])
    for key in entry.get("secret", ()):
        inputs[key] = pulumi.Output.secret(inputs[key])
    for key, other in entry.get("refers", {}).items():
        inputs[key] = [made[other].id] if isinstance(inputs.get(key), list) else made[other].id
    made[entry["name"]] = pulumi.CustomResource(
        entry["type"],
        entry["name"],
        inputs,
        pulumi.ResourceOptions(provider=PROVIDERS[entry["type"].partition(":")[0]], protect=entry["protect"]),
    )
pulumi.export("text", config.get("text") or "nothing")
