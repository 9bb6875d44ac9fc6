"""The templates of a stack: one a resource group, and one for what belongs to a subscription itself.

They are for reading and for scanners, and say what is there. They are not what deploys it: they name no dependencies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.facts.model import ResourceType
from components.facts.types import BY_TOKEN
from offline.arm.names import RESOURCE_GROUPS, Address, address
from offline.arm.secrets import Parameter, Path, completed, hide
from offline.arm.shape import CONTAINER, Shape
from offline.azure.string_sets import to_inputs
from offline.rpc.protocol import Properties
from offline.schema.check import Schema
from offline.world.objects import CloudObject

_SCHEMAS = "https://schema.management.azure.com/schemas"
GROUP_SCHEMA = f"{_SCHEMAS}/2019-04-01/deploymentTemplate.json#"
SUBSCRIPTION_SCHEMA = f"{_SCHEMAS}/2018-05-01/subscriptionDeploymentTemplate.json#"
"""Microsoft: Understand the structure and syntax of ARM templates."""
CONTENT_VERSION = "1.0.0.0"
GENERATOR = "mystira arm"
"""Who made a template, in its metadata."""

Template = dict[str, Any]


@dataclass(frozen=True)
class Held:
    """A resource of the stack: what the cloud holds of it, and what the engine knows of it."""

    object: CloudObject
    secrets: frozenset[Path] = frozenset()
    """The paths of its secret properties."""
    inputs: Properties = field(default_factory=dict)
    """What the program sent, with the engine's marks where it is secret."""


def templates(schema: Schema, resources: Iterable[Held]) -> Mapping[str, Template]:
    """By file name: the templates of these resources. What is no ARM resource is left out."""
    made: dict[str, Template] = {}
    found = [(address(BY_TOKEN[each.object.token], each.object.id), each) for each in resources if is_arm(each.object)]
    for where, each in sorted(found, key=lambda pair: (pair[0].type, pair[0].scope, pair[0].name)):
        group = "/resourcegroups/" in where.deployment.lower()
        place = where.deployment.rpartition("/")[2]
        template = made.setdefault(f"{'' if group else 'subscription-'}{place}.json", _empty(group=group))
        rendered, parameters = _resource(schema, where, each)
        template["resources"].append(rendered)
        template["parameters"] |= {name: {"type": kind} for name, kind in parameters.items()}
    return dict(sorted(made.items()))


def is_arm(each: CloudObject) -> bool:
    """Whether an object is at Azure Resource Manager: those of a tenant are not."""
    return each.token in BY_TOKEN


def _empty(*, group: bool) -> Template:
    return {
        "$schema": GROUP_SCHEMA if group else SUBSCRIPTION_SCHEMA,
        "contentVersion": CONTENT_VERSION,
        "metadata": {"_generator": {"name": GENERATOR}},
        "parameters": {},
        "resources": [],
    }


def _resource(schema: Schema, where: Address, each: Held) -> tuple[Properties, dict[str, str]]:
    row = BY_TOKEN[each.object.token]
    unique = "_".join(part for part in (where.type.rpartition("/")[2], where.scope, where.name) if part)
    written = completed(_inputs(schema, row, each), each.inputs)
    properties, parameters = hide(written, set(each.secrets), unique)
    body = _escaped(Shape(schema, row).body(properties))
    if where.type == RESOURCE_GROUPS:
        body.setdefault(CONTAINER, {})
    head = {"type": where.type, "apiVersion": schema.api_version(row.token), "name": where.name}
    if where.scope:
        head["scope"] = where.scope
    return {**head, **{name: item for name, item in body.items() if name not in head}}, parameters


def _inputs(schema: Schema, row: ResourceType, each: Held) -> Properties:
    """What the cloud holds of the properties that can be written. An input `type`, such as the kind of an agent pool,
    is hidden by the resource's own type in everything that is read back: it is what the program sent."""
    found = schema.project(row.token, to_inputs(each.object.body))
    if "type" in found:
        found["type"] = each.inputs.get("type")
    return {name: value for name, value in found.items() if value is not None}


def _escaped(value: Any) -> Any:
    """A value as a template has it, in the order of names. Text that begins with a bracket and ends with one would be
    an expression: it gets a second one."""
    if isinstance(value, Parameter):
        return str(value)
    if isinstance(value, str):
        return f"[{value}" if value.startswith("[") and value.endswith("]") else value
    if isinstance(value, dict):
        return {name: _escaped(item) for name, item in sorted(value.items())}
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return value
