"""A Terraform state of version 4: every managed instance of every module, without those on their way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from components.facts.types import DIRECTORY_TYPES, KUBERNETES_TYPES
from components.guard.checks import python_name
from stacks.adopt.attributes import SECRET, facts, text
from stacks.adopt.live import ROOT, Live
from stacks.adopt.source import mapping, refused

VERSION = 4
"""The version of Terraform's state files since 0.12."""

OWN = ("random", "time", "null", "terraform", "tls", "local", "external")
"""Providers of what is in the state alone."""

DATA, DEPOSED, HELPERS = "data sources", "deposed objects", "objects of the state alone"


_DIRECTORY: Mapping[str, str] = {
    f"azuread_{python_name(row.token.rpartition(':')[2])}": key for key, row in DIRECTORY_TYPES.items()
}
"""By Terraform's type: the key in the type table. Pulumi's azuread is made from Terraform's."""

_KUBERNETES: Mapping[str, str] = {
    "helm_release" if row.kind == "Release" else f"kubernetes_{python_name(row.kind)}": key
    for key, row in KUBERNETES_TYPES.items()
}


def is_state(content: Mapping[str, Any]) -> bool:
    """Whether this is Terraform's, of whatever version."""
    return "version" in content and ("resources" in content or "terraform_version" in content or "modules" in content)


def instances(file: Path, content: Mapping[str, Any]) -> tuple[list[Live], Counter[str]]:
    """Every instance, and what is none. Raises ``InvalidInput``."""
    if content.get("version") != VERSION or isinstance(content.get("version"), bool):
        seen = str(content.get("version"))
        raise refused(file, f"not a state of version {VERSION}: run terraform state pull", seen, "version")
    resources = content.get("resources")
    if resources is None:
        raise refused(file, "a state without resources", "null", "resources")
    if not isinstance(resources, list):
        raise refused(file, "not a list", type(resources).__name__, "resources")
    found, left_out = list[Live](), Counter[str]()
    for resource in map(mapping, resources):
        kind, listed = str(resource.get("type") or ""), resource.get("instances")
        for instance in listed if isinstance(listed, list) else ():
            if not isinstance(instance, dict):
                continue
            if resource.get("mode") != "managed":
                left_out[DATA] += 1
            elif instance.get("deposed"):
                left_out[DEPOSED] += 1
            elif kind.partition("_")[0] in OWN:
                left_out[HELPERS] += 1
            else:
                found.append(_instance(_address(resource, instance), kind, mapping(instance.get("attributes"))))
    return found, left_out


def _address(resource: Mapping[str, Any], instance: Mapping[str, Any]) -> str:
    """As Terraform writes it: ``module.a[0].azurerm_subnet.b["c"]``."""
    index = instance.get("index_key")
    where = "" if index is None else f'["{index}"]' if isinstance(index, str) else f"[{index}]"
    parts = (resource.get("module"), resource.get("type"), resource.get("name"))
    return ".".join(str(part) for part in parts if part) + where


def _instance(address: str, kind: str, attributes: Mapping[str, Any]) -> Live:
    id = str(attributes.get("id") or "")
    if kind in _DIRECTORY:
        principal = text(attributes, "object")
        told: dict[str, Any] = {**facts(attributes, id), "principal": principal, "tenant": ""}
        return Live(id=id, address=address, kind=_DIRECTORY[kind], **told)
    kubernetes = kind.removesuffix("_v1")
    if kubernetes in _KUBERNETES:
        return Live(id=id, address=address, kind=_KUBERNETES[kubernetes], **facts(attributes, ""))
    if kind == SECRET:
        id = text(attributes, "versionless")
    elif not id.lower().startswith(ROOT):
        id = next(_others(attributes), "")
    return Live(id=id, address=address, **facts(attributes, id))


def _others(attributes: Mapping[str, Any]) -> Iterator[str]:
    """Ids of Azure Resource Manager under other names, where ``id`` is an address in a service."""
    for name in ("resource_versionless_id", "resource_manager_id", "resource_id"):
        value = attributes.get(name)
        if isinstance(value, str) and value.startswith(ROOT):
            yield value
