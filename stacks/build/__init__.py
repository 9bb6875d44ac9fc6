"""From the plan to resources. The only part of the stacks that knows Pulumi; it decides nothing."""

from stacks.build.run import run

__all__ = ["run"]
