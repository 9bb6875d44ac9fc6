"""Objects in a cluster, as a file in the world says them: what is tested is the provider."""

import json
import os
from pathlib import Path
from typing import Any

import pulumi
from pulumi_kubernetes import Provider

WORLD = Path(os.environ["MYSTIRA_OFFLINE_HOME"])
WANTED = json.loads((WORLD / "wanted.json").read_text())


class Object(pulumi.CustomResource):
    """An object of any kind."""


def with_secrets(value: Any) -> Any:
    """A value with what is ``{"secret": …}`` in it as a secret."""
    if isinstance(value, dict):
        inside = {key: with_secrets(each) for key, each in value.items()}
        return pulumi.Output.secret(inside["secret"]) if inside.keys() == {"secret"} else inside
    return value


provider = Provider("it", kubeconfig=pulumi.Output.secret(WANTED["kubeconfig"]), cluster_identifier="it")
made: dict[str, pulumi.Resource] = {}
for name, each in WANTED["objects"].items():
    made[name] = Object(
        each["type"],
        name,
        with_secrets(each["body"]),
        pulumi.ResourceOptions(
            provider=provider,
            depends_on=[made[other] for other in each.get("after", ())],
            ignore_changes=each.get("ignore", []),
        ),
    )
