"""An object that is imported: who it is, and what of it is taken for its inputs."""

from __future__ import annotations

from offline.kubernetes.kinds import BUILT_IN, kind_of_token, split_id
from offline.kubernetes.normal import READ_ONLY, pruned
from offline.kubernetes.played.api import Object
from offline.rpc.protocol import Properties

REVISION = "deployment.kubernetes.io/revision"
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""Annotations that are nobody's input."""

NOT_INPUT = frozenset({"status"})


def asked_by_id(token: str, id: str) -> Properties:
    """What an id of the state says of an object: ``namespace/name``."""
    kind, (namespace, name) = kind_of_token(token), split_id(id)
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": metadata}


def imported_inputs(live: Object, shape: Properties) -> Properties:
    """The inputs of an object that is imported: for a built-in kind all that an input can say, else what it is."""
    inputs = pruned(live, shape)
    if live["apiVersion"] in BUILT_IN:
        inputs |= {key: value for key, value in live.items() if key not in NOT_INPUT}
    about = {key: value for key, value in (inputs.get("metadata") or {}).items() if key not in READ_ONLY}
    notes = {key: value for key, value in (about.get("annotations") or {}).items() if key not in (REVISION, APPLIED)}
    return {**inputs, "metadata": {**about, **({"annotations": notes} if "annotations" in about else {})}}
