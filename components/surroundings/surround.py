"""The shared interface: diagnostics, a private path and a lock around a resource, the same way everywhere.

Follows the interface that Azure Verified Modules ask of every module (RMFR4), without its repetition in each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.facts.types import RESOURCE_TYPES
from components.surroundings.diagnostics import diagnostic_setting
from components.surroundings.facts import LOGS_ONLY
from components.surroundings.locks import Lock, Locks
from components.surroundings.private_path import PrivatePath, private_path


@dataclass(frozen=True)
class Surroundings:
    """What is around every resource of a stack; made once.

    ``workspace_id`` receives the logs. ``subnet_id`` takes private endpoints, ``None`` where the stack has no network.
    ``locks`` collects the locks on what holds data.
    """

    workspace_id: pulumi.Input[str]
    subnet_id: pulumi.Input[str] | None
    locks: Locks


def surround(
    owner: pulumi.Resource,
    resource: pulumi.CustomResource,
    kind: str,
    surroundings: Surroundings,
    *,
    inside: Sequence[pulumi.Resource] = (),
    private: PrivatePath | None = None,
    others_below: bool = False,
) -> list[pulumi.Resource]:
    """Register what belongs around ``resource``, a ``kind`` of the type table, below its component ``owner``.

    The lock stops every delete in its scope, so it depends on all that is ``inside`` and goes first at destroy. A
    private endpoint writes to its target: where that takes one write at a time, it comes after what is ``inside``, and
    always after what its path names.
    Where what is below comes and goes independently (``others_below``: role assignments and records of other stacks,
    model deployments) there is no lock, because nobody could delete it. A child has none either: it is in the scope of
    its parent's. Returns what was registered and what is inside, for the ``inside`` of a parent.
    """
    row = RESOURCE_TYPES[kind]
    name = f"{kind}-{resource.pulumi_resource_name}"
    made: list[pulumi.Resource] = [resource, *inside]
    options = pulumi.ResourceOptions(parent=owner)
    if row.diagnostics:
        workspace, metrics = surroundings.workspace_id, kind not in LOGS_ONLY
        made.append(diagnostic_setting(name, resource, row.diagnostics, workspace, options, metrics=metrics))
    if private is not None:
        if private.group not in row.private_link:
            raise ValueError(
                f"{kind} has no private link group {private.group}; allowed: {', '.join(row.private_link)}"
            )
        after = pulumi.ResourceOptions(depends_on=[*private.after, *(inside if row.one_at_a_time else ())])
        where = pulumi.ResourceOptions.merge(options, after)
        made.extend(private_path(name, resource, private, surroundings.subnet_id, where))
    top_level = row.arm.count("/") == 1
    if surroundings.locks.wanted and row.holds_data and top_level and not others_below:
        surroundings.locks.waiting.append(Lock(name, resource, kind, list(made), options))
    return made
