"""Reading the SDK's own classes: input names and types, required inputs, enums, outputs.

Runs once per set of SDK versions and types, in a separate process. The result is one JSON file:
``resources`` (token → inputs, required, outputs, the version of Azure's API), ``types`` (nested input type →
properties, required) and ``results`` (nested output type → properties).
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
import sys
import typing
from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from pulumi._types import (
    input_type_py_to_pulumi_names,
    input_type_types,
    is_input_type,
    is_output_type,
    output_type_types,
    resource_types,
)

from offline.schema.enums import ENUMS, OPEN
from offline.schema.kept import TOKENS

Spec = dict[str, Any]

PACKAGES: Mapping[str, str] = {
    "azure-native": "pulumi_azure_native",
    "azuread": "pulumi_azuread",
    "kubernetes": "pulumi_kubernetes",
}
"""By provider: the Python package of its SDK."""

API_VERSION = re.compile(r"Uses Azure REST API version (\d{4}-\d{2}-\d{2}(?:-preview)?)\.")
"""How azure-native says which version a class sends: in its documentation and nowhere else."""


def extract(tokens: Iterable[str]) -> Mapping[str, Any]:
    """The schema of the given resource tokens."""
    types: dict[str, Spec] = {}
    results: dict[str, Spec] = {}
    resources = {token: _resource(token, types, results) for token in tokens}
    return {"resources": resources, "types": types, "results": results}


def _resource(token: str, types: dict[str, Spec], results: dict[str, Spec]) -> Spec:
    provider, module, name = token.split(":")
    resource = getattr(importlib.import_module(package_of(provider, module)), name)
    source = sys.modules[resource.__module__]
    arguments = getattr(source, f"{name}InitArgs", None) or getattr(source, f"{name}Args")
    properties, required = _properties(arguments, types)
    for path, values in ENUMS.get(token, {}).items():
        _replace(properties, path, {"kind": "enum", "values": list(values)}, types)
    # What comes back from a cluster is what its API server says, which no class describes more closely.
    known = {} if provider == "kubernetes" else resource_types(resource)
    outputs = {key: _result(hint, results) for key, hint in sorted(known.items())}
    version = API_VERSION.search(Path(inspect.getfile(resource)).read_text())
    return {
        "inputs": properties,
        "required": required,
        "outputs": outputs,
        "apiVersion": version[1] if version else "",
    }


def _replace(fields: dict[str, Spec], path: str, spec: Spec, types: dict[str, Spec]) -> None:
    """Put another specification at a dotted path of inputs; ``[]`` is any item of a list."""
    name, _, rest = path.partition(".")
    key = name.removesuffix("[]")
    if not rest:
        fields[key] = spec
        return
    inner = fields[key]["items"] if name.endswith("[]") else fields[key]
    _replace(types[inner["type"]]["properties"], rest, spec, types)


def package_of(provider: str, module: str) -> str:
    """The Python module with the class. azure-native has one for each of its own, azuread one for everything
    (``index/application``), pulumi-kubernetes one for each version of a group (``networking.k8s.io/v1``)."""
    package = PACKAGES[provider]
    if provider == "kubernetes":
        group, _, version = module.partition("/")
        return f"{package}.{group.partition('.')[0]}.{version}"
    return package if "/" in module else f"{package}.{module}"


def _result(hint: Any, results: dict[str, Spec]) -> Spec:
    """The shape of an output, which is simpler than that of an input: no alternatives, no awaitables."""
    origin = typing.get_origin(hint)
    arguments = [each for each in typing.get_args(hint) if each is not type(None)]
    name = getattr(origin, "__name__", "")
    if origin in (list, dict) or name in ("Sequence", "Mapping"):
        kind = "map" if origin is dict or name == "Mapping" else "array"
        return {"kind": kind, "items": _result(arguments[-1], results)}
    if arguments:
        return _result(arguments[0], results) if len(arguments) == 1 or name == "Output" else {"kind": "any"}
    if isinstance(hint, type) and is_output_type(hint):
        key = f"{hint.__module__}.{hint.__qualname__}"
        if key not in results:
            results[key] = {}
            results[key].update({field: _result(each, results) for field, each in output_type_types(hint).items()})
        return {"kind": "object", "type": key}
    simple = {str: "string", bool: "boolean", int: "integer", float: "number"}
    return {"kind": simple[hint]} if hint in simple else {"kind": "any"}


def _properties(cls: type, types: dict[str, Spec]) -> tuple[dict[str, Spec], list[str]]:
    names = input_type_py_to_pulumi_names(cls)
    hints = input_type_types(cls)
    parameters = inspect.signature(cls.__init__).parameters
    required = sorted(names[key] for key, each in parameters.items() if key in names and each.default is each.empty)
    return {key: _spec(hint, types) for key, hint in hints.items()}, required


def _spec(hint: Any, types: dict[str, Spec]) -> Spec:
    origin = typing.get_origin(hint)
    arguments = [each for each in typing.get_args(hint) if each is not type(None)]
    if origin is None:
        return _plain(hint, types)
    if origin in (list, typing.Sequence) or getattr(origin, "__name__", "") == "Sequence":
        return {"kind": "array", "items": _spec(arguments[0], types)}
    if origin is dict or getattr(origin, "__name__", "") == "Mapping":
        return {"kind": "map", "items": _spec(arguments[-1], types)}
    if origin is typing.Literal:
        return {"kind": "enum", "values": sorted(map(str, arguments))}
    choices = [each for each in (_spec(each, types) for each in arguments if _wanted(each)) if each["kind"] != "any"]
    enums = [each for each in choices if each["kind"] == "enum"]
    if enums:
        return enums[0]
    unique = {json.dumps(each, sort_keys=True): each for each in choices}
    return (
        next(iter(unique.values()))
        if len(unique) == 1
        else ({"kind": "oneOf", "of": list(unique.values())} if unique else {"kind": "any"})
    )


def _wanted(hint: Any) -> bool:
    """Whether a hint adds anything: awaitables, outputs and typed dictionaries repeat the plain type."""
    name = getattr(typing.get_origin(hint) or hint, "__name__", str(hint))
    return name not in ("Awaitable", "Output") and not name.endswith("ArgsDict")


def _plain(hint: Any, types: dict[str, Spec]) -> Spec:
    simple = {str: "string", bool: "boolean", int: "integer", float: "number"}
    if hint in simple:
        return {"kind": simple[hint]}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"kind": "enum", "values": sorted([*(str(each.value) for each in hint), *OPEN.get(hint.__name__, ())])}
    if isinstance(hint, type) and is_input_type(hint):
        name = f"{hint.__module__}.{hint.__qualname__}"
        if name not in types:
            types[name] = {}
            properties, required = _properties(hint, types)
            types[name].update(properties=properties, required=required)
        return {"kind": "object", "type": name}
    return {"kind": "any"}


def main(file: Path) -> None:
    """Write the schema of every type in the tables. The file appears in one step: other processes may write it too."""
    file.parent.mkdir(parents=True, exist_ok=True)
    staged = file.with_suffix(f".{os.getpid()}")
    staged.write_text(json.dumps(extract(TOKENS), separators=(",", ":")))
    staged.replace(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
