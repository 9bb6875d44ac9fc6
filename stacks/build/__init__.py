"""From the plan to resources. The only part of the stacks that knows Pulumi; it decides nothing."""
