"""The Mystira platform on Azure: load the settings of the stack, make the plan, build it."""

import pulumi

from stacks.build.run import run
from stacks.clock import today

run(pulumi.get_stack(), today=today())
