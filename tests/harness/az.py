"""The Azure CLI of a person, on the offline cloud: the commands of the runbooks, each by what it does there.

An option that a command does not have here is refused, so that a page cannot use one that nobody looked up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from components.facts.ids import path_values, placeholders
from components.facts.model import ResourceType
from components.facts.types import RESOURCE_TYPES
from offline.azure.behaviour import guid
from offline.azure.role_definitions import BUILT_IN, definition
from offline.rpc.protocol import Properties
from stacks.adopt.live import row_of
from tests.harness.offline import Cloud
from tests.harness.runbook import Refusal

ASSIGNMENT = RESOURCE_TYPES["role-assignment"].token
COMMON = frozenset({"--query", "-o", "--output", "--yes", "--only-show-errors"})
FILTER = re.compile(r"^\[\?starts_with\((\w+), '([^']*)'\)\]")
MANY = re.compile(r"^\[\]\.\[(.*)\]$")
NAMES = re.compile(r"[\w-]+|\[\]")

Flags = Mapping[str, str]
Command = Callable[[Flags], Any]


class OfflineAz:
    """`az` on a world. Further commands are added by name: ``az.commands["dns zone show"] = …``."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.commands: dict[str, tuple[frozenset[str], Command]] = {}
        self.add("keyvault show", "-n", does=lambda flags: self.shown("key-vault", flags["-n"]))
        self.add("keyvault update", "-n", "--enable-rbac-authorization", does=self._vault_update)
        self.add("role assignment list", "--scope", "--include-inherited", does=self._assignments)
        self.add(
            "role assignment create",
            *("--assignee-object-id", "--assignee-principal-type", "--role", "--scope"),
            does=self._grant,
        )
        self.add("resource show", "--ids", does=lambda flags: self.resource(flags["--ids"]))
        self.add("resource update", "--ids", "--set", does=self._set)

    def add(self, words: str, *options: str, does: Command) -> None:
        """A command with the options that it takes."""
        self.commands[words] = (frozenset(options), does)

    def __call__(self, arguments: Sequence[str]) -> str:
        count = next((n for n in range(len(arguments), 0, -1) if " ".join(arguments[:n]) in self.commands), 0)
        if not count:
            raise Refusal(f"no such command here: {arguments}")
        options, does = self.commands[" ".join(arguments[:count])]
        flags = flags_of(arguments[count:])
        if unknown := flags.keys() - options - COMMON:
            raise Refusal(f"unrecognized arguments: {sorted(unknown)}")
        found = queried(does(flags), flags.get("--query", ""))
        return printed(found, flags.get("-o") or flags.get("--output") or "json")

    def resource(self, id: str) -> Properties:
        """A resource as Azure returns it. Raises :class:`Refusal` for one that is not there."""
        found = self.cloud.world.get(id)
        if found is None:
            raise Refusal(f"(ResourceNotFound) {id}")
        return {"id": found.id, "name": found.id.rpartition("/")[2], **found.body}

    def shown(self, key: str, name: str) -> Properties:
        """The resource of a type that has this name."""
        token = RESOURCE_TYPES[key].token
        for each in self.cloud.world.all():
            if each.token == token and each.id.rpartition("/")[2].lower() == name.lower():
                return self.resource(each.id)
        raise Refusal(f"(ResourceNotFound) {name}")

    def put(self, id: str, **changes: Any) -> None:
        """An update: what is there, with these properties instead."""
        row, before = row_of(id), self.resource(id)
        assert isinstance(row, ResourceType)
        path = path_values(row, id) or {}
        names = {name: path[name] for name in placeholders(row) if name in path}
        said = {key: before[key] for key in ("location", "tags", "sku", "kind") if key in before}
        properties = {**before.get("properties", {}), **changes}
        self.cloud.update(row.token, id, **names, **said, properties=properties)

    def _vault_update(self, flags: Flags) -> None:
        wanted = flags["--enable-rbac-authorization"]
        assert wanted in ("true", "false")
        self.put(self.shown("key-vault", flags["-n"])["id"], enableRbacAuthorization=wanted == "true")

    def _assignments(self, flags: Flags) -> list[Properties]:
        scope = flags["--scope"].lower()
        with self.cloud.world.reading() as cloud:
            return [
                {
                    "principalId": each.body["principalId"],
                    "scope": each.body["scope"],
                    "roleDefinitionName": role.name if role else "",
                }
                for each in cloud.of_type(ASSIGNMENT)
                for role in [definition(cloud, str(each.body["roleDefinitionId"]))]
                if f"{scope}/".startswith(f"{str(each.body['scope']).lower()}/")
            ]

    def _grant(self, flags: Flags) -> None:
        name = guid(flags["--role"], flags["--assignee-object-id"], flags["--scope"])
        self.cloud.make(
            ASSIGNMENT,
            scope=flags["--scope"],
            roleAssignmentName=name,
            roleDefinitionId=BUILT_IN[flags["--role"]].id,
            principalId=flags["--assignee-object-id"],
            principalType=flags["--assignee-principal-type"],
        )

    def _set(self, flags: Flags) -> None:
        changes = dict(each.split("=", 1) for each in flags["--set"].split("\0"))
        assert all(key.startswith("properties.") for key in changes)
        self.put(flags["--ids"], **{key.removeprefix("properties."): json.loads(text) for key, text in changes.items()})


def flags_of(arguments: Sequence[str]) -> dict[str, str]:
    """Options with their values; several values of one are separated by a null character."""
    found: dict[str, list[str]] = {}
    name = ""
    for each in arguments:
        if each.startswith("-") and not each.lstrip("-").isdigit():
            name = each
            found[name] = []
        elif not name:
            raise Refusal(f"'{each}' is misspelled or not recognized")
        else:
            found[name].append(each)
    return {name: "\0".join(values) for name, values in found.items()}


def queried(value: Any, query: str) -> Any:
    """What a query returns, as far as the pages use its language: `a.b`, `a[].b`, `[?starts_with(a, 'x')].b`,
    `[].[a, b]`."""
    chosen = FILTER.match(query)
    if chosen:
        return queried([each for each in value if each[chosen[1]].startswith(chosen[2])], "[]" + query[chosen.end() :])
    if several := MANY.match(query):
        return [[queried(each, name.strip()) for name in several[1].split(",")] for each in value]
    for number, word in enumerate(words := NAMES.findall(query)):
        if word == "[]":
            rest = ".".join(words[number + 1 :])
            return [queried(each, rest) for each in value]
        value = (value or {}).get(word)
    return value


def printed(value: Any, form: str) -> str:
    """As `json`, `tsv` or not at all."""
    if form == "none" or value is None:
        return ""
    if form == "tsv":
        lines = value if isinstance(value, list) else [value]
        return "".join("\t".join(map(_text, each if isinstance(each, list) else [each])) + "\n" for each in lines)
    assert form == "json"
    return json.dumps(value, indent=2) + "\n"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
