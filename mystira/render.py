"""`mystira render`: the objects of a stack in its cluster."""

from __future__ import annotations

from mystira.choosing import Folder, Stack, plan_for
from stacks.build.recording import recording_of
from stacks.plan.load import PROJECT
from stacks.reports.manifests import manifests


def render(stack: Stack, folder: Folder = PROJECT) -> None:
    """Print the objects of a stack in its cluster as YAML, without Helm releases.

    What only the deployment knows is said so. Pulumi makes the objects: the YAML is for reading and for scanners.
    """
    print(manifests(recording_of(plan_for(stack, folder))), end="")
