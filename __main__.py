"""The Mystira platform on Azure: load the settings of the stack, make the plan, build it."""

from datetime import UTC, datetime

import pulumi

from stacks.build import run

run(pulumi.get_stack(), today=datetime.now(UTC).date())
