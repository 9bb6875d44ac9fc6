"""``python -m offline <pulumi arguments>``: any Pulumi command line in the offline world, for scripts.

People use `mystira offline`. ``cloud``, ``fault`` and the words for whole worlds (``reset``, ``save`` …) do the same
here; everything else goes to the engine unchanged.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from offline.commands import cloud
from offline.commands.output import reported
from offline.commands.pulumi import run_pulumi


def main(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    if arguments and arguments[0] in cloud.COMMANDS:
        return reported(lambda: cloud.main(arguments))
    return reported(lambda: run_pulumi(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
