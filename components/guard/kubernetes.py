"""What makes an object in the cluster invalid: its name, its namespace, a secret value, an image that can change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.facts.model import KubernetesType
from components.naming.kubernetes import KEPT_NAMES, PRESCRIBED, check_namespace, check_object_name
from components.naming.rules import READ
from components.problems import Problem

SECRET = "kubernetes:core/v1:Secret"
DIGEST = "@sha256:"


def secret_problem(where: str) -> Problem:
    """What is wrong with every Secret."""
    what = "a Secret made here has its values in the state"
    return Problem(where, what, SECRET, "a SecretProviderClass of a vault", "docs/secrets.md")


def object_problems(
    row: KubernetesType,
    where: str,
    props: Mapping[str, Any],
    overrides: frozenset[str],
    *,
    tagged_images: bool,
) -> list[Problem]:
    """What is wrong with an object about to be registered."""
    described = _described(row, props)
    prescribed = (described.get("namespace"), described.get("name")) in PRESCRIBED
    return [
        *(() if prescribed else _name_problems(row, where, props, overrides)),
        *(() if prescribed else _namespace_problems(row, where, props)),
        *(() if tagged_images else _image_problems(where, props)),
    ]


def _name_problems(
    row: KubernetesType, where: str, props: Mapping[str, Any], overrides: frozenset[str]
) -> Iterator[Problem]:
    path, name = f"{where}: {row.metadata}name", _described(row, props).get("name")
    if row.suffixed and name is None:
        return
    if not isinstance(name, str):
        seen = "no name" if name is None else type(name).__name__
        yield Problem(path, "the name must be a plain string", seen, "a string", READ)
    elif row.suffixed:
        what = "a new one could not be there before the old one goes"
        yield Problem(path, what, repr(name), "no name: pulumi-kubernetes makes one", READ)
    elif name not in overrides and name not in KEPT_NAMES:
        yield from check_object_name(name, path)


def _namespace_problems(row: KubernetesType, where: str, props: Mapping[str, Any]) -> Iterator[Problem]:
    path, namespace = f"{where}: {row.metadata}namespace", _described(row, props).get("namespace")
    if row.kind == "Namespace":
        yield from check_namespace(str(_described(row, props).get("name")), f"{where}: {row.metadata}name")
    elif not row.namespaced:
        return
    elif not isinstance(namespace, str):
        seen = "no namespace" if namespace is None else type(namespace).__name__
        yield Problem(path, "the namespace must be a plain string", seen, "a string", READ)
    else:
        yield from check_namespace(namespace, path)


def _image_problems(where: str, props: Mapping[str, Any]) -> Iterator[Problem]:
    for path, image in images(props):
        if not isinstance(image, str) or DIGEST not in image:
            seen = repr(image) if isinstance(image, str) else type(image).__name__
            yield Problem(f"{where}: {path}", "an image that can change", seen, f"<image>{DIGEST}<digest>", READ)


def images(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every image that inputs name, with its path. In the values of a Helm chart an image is often an object."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            at = f"{path}.{key}" if path else str(key)
            if key == "image" and not isinstance(item, Mapping):
                yield at, item
            else:
                yield from images(item, at)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from images(item, f"{path}[{index}]")


def _described(row: KubernetesType, props: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where the name and the namespace are."""
    found = props.get("metadata") if row.metadata else props
    return found if isinstance(found, Mapping) else {}
