"""`mystira graph`: a picture of a stack."""

from __future__ import annotations

from mystira.choosing import Folder, Stack, plan_for
from stacks.pages.pictures import picture
from stacks.plan.load import PROJECT


def graph(stack: Stack, folder: Folder = PROJECT) -> None:
    """Print a stack as a Mermaid flowchart: resource groups, services, and the path of each to what it reaches."""
    print(picture(plan_for(stack, folder)), end="")
