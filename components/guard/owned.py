"""Properties that another controller owns: settings have no effect on them, and an update sends old values of them.

``ignore_changes`` puts the value that Pulumi remembers in the place of the one that the program gives. azure-native
sends it with every update, because it writes whole resources (provider/pkg/provider/provider.go, Update): when the
owner has changed the property since the last refresh, Azure is asked to change it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from components.facts.model import OwnedElsewhere, RegisteredType
from components.guard.checks import python_name


def warn_without_effect(
    row: RegisteredType, resource: pulumi.Resource, name: str, owned: OwnedElsewhere, wanted: object
) -> None:
    """Warn, once the live value of an ignored property is known, when the settings ask for another one."""
    first, _, rest = owned.path.partition(".")

    def compare(values: list[Any]) -> None:
        asked, live = values[0], at(values[1], rest)
        if asked is not None and live is not None and not _same(str(asked), str(live)):
            pulumi.log.warn(
                f"{row.key} {name}: {owned.path} stays {live}, although the settings ask for {asked}: it belongs to "
                f"the {owned.owner}; allowed: {owned.instead}"
            )

    pulumi.Output.all(wanted, getattr(resource, python_name(first))).apply(compare)


def _same(asked: str, live: str) -> bool:
    """Whether the live value is the one asked for, or a patch of the version asked for."""
    return live == asked or live.startswith(f"{asked}.")


def at(value: Any, path: str) -> Any:
    """The value at a dotted path of wire names, in inputs or outputs as the SDK has them; ``None`` where none is."""
    for part in filter(None, path.split(".")):
        name = python_name(part)
        value = value.get(name, value.get(part)) if isinstance(value, Mapping) else getattr(value, name, None)
    return value


def advice(row: RegisteredType) -> str:
    """What may help when Azure refuses an update of a type with such properties; empty for all other types."""
    if not row.owned_elsewhere:
        return ""
    names = ", ".join(f"{each.path} ({each.owner})" for each in row.owned_elsewhere)
    return (
        f"an update also sends what Pulumi remembers of properties that others change: {names}; if Azure refuses one "
        "of these, run `pulumi refresh`, then the same command again"
    )
