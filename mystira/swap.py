"""`mystira swap`: a release that has been deployed to a slot goes to production, and back where it fails there."""

from __future__ import annotations

from mystira.choosing import Folder, Stack, plan_for
from mystira.slots import AzureSites, slots_of, swap_all
from offline.commands.output import say
from stacks.plan.load import PROJECT


def swap(stack: Stack, folder: Folder = PROJECT) -> None:
    """Swap the slots of a stack with production, if they are healthy; swap back if the sites are not healthy then.

    Uses the Azure CLI (`az`) and its login. Offline: `mystira offline swap`.
    """
    for line in swap_all(AzureSites(), slots_of(plan_for(stack, folder))):
        say(line)
