"""The guard: one stack transformation over every registered resource.

It refuses a name that breaks the convention or Azure's limits, a name that is not a plain string (azure-native would
append a random suffix to a missing one), and missing tags. It also drops the SDK's own version aliases: the SDK gives
every resource one alias per API version it ever had and collapses each one eagerly, about 0.9 ms each; 150 network
security groups preview in 3 s instead of 12. Ours, and any that are not version aliases, stay.

The older, eager kind of transformation on purpose: the newer one does not run under mocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pulumi
from pulumi.runtime import register_stack_transformation

from components.facts.model import ResourceType
from components.facts.resource_types import BY_TOKEN
from components.naming.kubernetes import check_object_name
from components.naming.rules import READ, REQUIRED_TAGS, check_name
from components.problems import Problem

VERSION_ALIAS = re.compile(r"azure-native:[a-z0-9]+/v\d{8}(?:preview)?:\w+")
"""The SDK's alias for an API version: ``azure-native:network/v20240501:VirtualNetwork``."""

PROVIDER_TOKENS = ("azure-native:",)
KUBERNETES_TOKENS = ("kubernetes:",)


def install_guard(*, overrides: Iterable[str] = (), drop_version_aliases: bool = True) -> None:
    """Check every resource that the program registers from now on.

    ``overrides`` are names that stay although they break the convention: of live resources, and of the objects of
    pinned add-ons in the cluster.
    Raises, at registration, :class:`pulumi.RunError` with one line a problem.
    """
    kept = frozenset(overrides)

    def guard(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        problems = problems_of(args.type_, args.name, args.props, kept)
        if problems:
            raise pulumi.RunError("\n".join(map(str, problems)))
        if not (drop_version_aliases and args.type_.startswith(PROVIDER_TOKENS) and args.opts.aliases):
            return None
        options = pulumi.ResourceOptions.merge(args.opts, None)
        options.aliases = without_version_aliases(args.opts.aliases)
        return pulumi.ResourceTransformationResult(props=args.props, opts=options)

    register_stack_transformation(guard)


def without_version_aliases(aliases: Any) -> list[Any]:
    """The aliases that are not the SDK's own for another API version of the same type."""
    return [alias for alias in aliases if not is_version_alias(alias)]


def is_version_alias(alias: Any) -> bool:
    """Whether an alias says nothing but that the type had another API version."""
    if not isinstance(alias, pulumi.Alias) or not isinstance(alias.type_, str):
        return False
    return bool(VERSION_ALIAS.fullmatch(alias.type_)) and alias.name is ... and alias.parent is ...


def problems_of(token: str, name: str, props: Mapping[str, Any], overrides: frozenset[str]) -> list[Problem]:
    """What is wrong with a resource about to be registered; its own logical name says where."""
    where = f'{token} "{name}"'
    if token.startswith(KUBERNETES_TOKENS):
        return _kubernetes_problems(where, props, overrides)
    if not token.startswith(PROVIDER_TOKENS):
        return []
    row = BY_TOKEN.get(token)
    if row is None:
        return [Problem(where, "this type is not in components/facts/resource_types", token, "a row for it", READ)]
    return [*_name_problems(row, where, props, overrides), *_tag_problems(row, where, props)]


def _kubernetes_problems(where: str, props: Mapping[str, Any], overrides: frozenset[str]) -> list[Problem]:
    metadata = _input(props, "metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else getattr(metadata, "name", None)
    if not isinstance(name, str):
        seen = "no name" if name is None else type(name).__name__
        return [Problem(f"{where}: metadata.name", "the name must be a plain string", seen, "a string", READ)]
    return [] if name in overrides else check_object_name(name, f"{where}: metadata.name")


def _name_problems(row: ResourceType, where: str, props: Mapping[str, Any], overrides: frozenset[str]) -> list[Problem]:
    physical = _input(props, row.name_input)
    if not isinstance(physical, str):
        seen = "no name" if physical is None else type(physical).__name__
        return [Problem(f"{where}: {row.name_input}", "the name must be a plain string", seen, "a string", READ)]
    if physical in overrides:
        return []
    return check_name(row, physical, f"{where}: {row.name_input}")


def _tag_problems(row: ResourceType, where: str, props: Mapping[str, Any]) -> list[Problem]:
    if not row.taggable:
        return []
    tags = _input(props, "tags")
    missing = [tag for tag in REQUIRED_TAGS if not isinstance(tags, Mapping) or not tags.get(tag)]
    if not missing:
        return []
    return [Problem(f"{where}: tags", "tags are missing", ", ".join(missing), ", ".join(REQUIRED_TAGS), READ)]


def _input(props: Mapping[str, Any], camel: str) -> Any:
    """An input by its wire name; the SDK keeps inputs under Python names."""
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match.group(1).lower(), camel)
    return props.get(snake, props.get(camel))
