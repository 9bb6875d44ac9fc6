"""`mystira arm`: what the offline cloud holds of a stack, as ARM templates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mystira.choosing import Stack, chosen
from offline.arm.stack import rendered, write
from offline.commands.output import say
from offline.engine.run import Engine
from offline.schema.kept import ensure_schema


def arm(
    stack: Stack,
    output: Annotated[
        Path | None, typer.Option(file_okay=False, help="folder; by default `arm/STACK` in the offline world")
    ] = None,
) -> None:
    """Write the ARM templates of a stack that is up in the offline cloud: one a resource group, for scanners.

    They say what is there and are not what deploys it. Secrets are parameters without a value. Objects of Entra tenants
    are no ARM resources and are left out.
    """
    engine = Engine()
    chosen([stack], engine.program)
    ensure_schema(engine.home.schemas, engine.say)
    found = rendered(engine, stack)
    files = write(found, output or engine.home.root / "arm" / stack)
    for file in files:
        say(str(file))
    say(f"{stack}: {found.resources} resources in {len(files)} templates")
    if found.directory_objects:
        say(f"  left out: {found.directory_objects} objects of Entra tenants, which are no ARM resources")
    if found.gone:
        say(f"  left out: {len(found.gone)} resources of the state that are gone: make drift STACK={stack} lists them")
