"""A Pulumi state: what `pulumi stack export` prints, or the file of a self-managed back end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.facts.types import REGISTERED_BY_TOKEN
from stacks.adopt.attributes import facts, text
from stacks.adopt.live import ROOT, Live
from stacks.adopt.source import mapping, refused

READS, DYING = "reads", "objects that wait for their deletion"
_VERSION = re.compile(r"/v\d{8}(?:preview)?(?=:)")


def is_state(content: Mapping[str, Any]) -> bool:
    """Whether this is Pulumi's."""
    return "deployment" in content or "checkpoint" in content


def instances(file: Path, content: Mapping[str, Any]) -> tuple[list[Live], Counter[str]]:
    """Every resource of a provider, and what is none. Raises ``InvalidInput``."""
    latest = mapping(content.get("deployment")) or mapping(mapping(content.get("checkpoint")).get("latest"))
    resources = latest.get("resources")
    if not isinstance(resources, list):
        raise refused(file, "a Pulumi state without resources", type(resources).__name__, "deployment.resources")
    found, left_out = list[Live](), Counter[str]()
    for resource in map(mapping, resources):
        token = str(resource.get("type") or "")
        if not resource.get("custom") or token.startswith("pulumi:"):
            continue
        if resource.get("external"):
            left_out[READS] += 1
        elif resource.get("delete"):
            left_out[DYING] += 1
        else:
            found.append(_instance(resource, token))
    return found, left_out


def _instance(resource: Mapping[str, Any], token: str) -> Live:
    id, address = str(resource.get("id") or ""), str(resource.get("urn") or "")
    attributes = {**mapping(resource.get("inputs")), **mapping(resource.get("outputs"))}
    row = REGISTERED_BY_TOKEN.get(_VERSION.sub("", token))
    if not id.lower().startswith(ROOT):
        id = text(attributes, "versionless") or id
    told = facts(attributes, id)
    kind = row.key if row and not id.lower().startswith(ROOT) else ""
    if kind and not token.startswith("kubernetes:"):
        told |= {"principal": text(attributes, "object"), "tenant": ""}
    return Live(id=id if kind or id.lower().startswith(ROOT) else "", address=address, kind=kind, **told)
