"""The settings of budgets."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stacks.settings.section import Section

Amount = Annotated[float, Field(gt=0, strict=False)]


class SharedBudgets(Section):
    """What may be spent in a month before somebody is notified. Nothing is stopped."""

    all: Amount
    """For everything in the stack's resource groups, in the currency in which the subscription is billed; more than
    0."""


class Budgets(SharedBudgets):
    """What may be spent in a month before somebody is notified. Nothing is stopped."""

    database: Amount
    """The part of it for databases and caches, which have the tag CostCategory=database."""
    app: Amount | None = None
    """The part of it for the resource group of the app. Left out: none of its own."""
