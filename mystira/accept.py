"""`mystira accept`: writing what is generated.

The work is in ``tools/accept.py``, which reads the tests and is not shipped.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from components.problems import MystiraError
from offline.commands.output import ended
from stacks.plan.load import PROJECT

MODULE = "tools.accept"


def accept(
    check: Annotated[bool, typer.Option("--check", help="write nothing; exit code 3 when something is stale")] = False,
    pages: Annotated[bool, typer.Option("--pages", help="pages and the schema only, not the golden files")] = False,
) -> None:
    """Write golden files, generated pages and the settings schema, and print what changed."""
    if not (PROJECT / "tools" / "accept.py").exists():
        raise MystiraError(f"{PROJECT}: not a checkout of the project, which has the tests and pages to write")
    options = [name for name, given in (("--check", check), ("--pages", pages)) if given]
    ended(subprocess.run([sys.executable, "-m", MODULE, *options], cwd=PROJECT, check=False).returncode)
