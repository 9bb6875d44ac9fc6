"""Settings and catalogue become plain data: what can be known before the first resource, with every check."""

from stacks.plan.make import make_plan
from stacks.plan.model import EnvironmentPlan, SharedPlan, StackPlan

__all__ = ["EnvironmentPlan", "SharedPlan", "StackPlan", "make_plan"]
