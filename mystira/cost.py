"""`mystira cost`: what a stack costs a month."""

from __future__ import annotations

from typing import Annotated

import httpx
import typer
from rich.table import Table

from mystira.choosing import Folder, Stack, plan_for
from mystira.retail_prices import live_prices
from offline.commands.output import AsJson, console, print_json, say
from stacks.build.recording import recording_of
from stacks.clock import today
from stacks.plan.load import PROJECT
from stacks.reports.cost import Bill, Priced, bill_of


def cost(
    stack: Stack,
    live: Annotated[
        bool, typer.Option("--live", help="ask the Azure Retail Prices API instead of the table of list prices")
    ] = False,
    folder: Folder = PROJECT,
    as_json: AsJson = False,
) -> None:
    """Show what a stack costs a month at list prices: sizes and hours of its settings, and what has no price."""
    plan = plan_for(stack, folder)
    resources = [Priced(each.row.key, each.name, each.inputs) for each in recording_of(plan).everything]
    bill = bill_of(resources, plan.region)
    if live:
        with httpx.Client() as client:
            prices = live_prices((line.usage for line in bill.lines), today(), client)
        bill = bill_of(resources, plan.region, prices)
    if as_json:
        print_json({"stack": stack, "currency": "USD", "least": bill.least, "most": bill.most, **_plain(bill)})
        return
    _print(stack, bill)


def _plain(bill: Bill) -> dict[str, object]:
    lines = [
        {
            "resource": line.resource,
            "size": line.usage.size,
            "region": line.usage.region,
            "hours": {"least": line.usage.least, "most": line.usage.most},
            "dollars": {"least": line.least, "most": line.most},
            "price": line.price,
        }
        for line in bill.lines
    ]
    return {"lines": lines, "by_use": dict(bill.by_use)}


def _print(stack: str, bill: Bill) -> None:
    table = Table(title=f"{stack}, US dollars a month at list prices", title_justify="left")
    for heading in ("what", "size", "hours", "an hour", "at least", "at most", "price of"):
        table.add_column(heading, overflow="fold")
    for line in bill.lines:
        hours = f"{line.usage.least:g} to {line.usage.most:g}" if line.usage.least != line.usage.most else ""
        price = line.price
        known = (f"{price.dollars:g}", f"{line.least:,.2f}", f"{line.most:,.2f}", str(price.read_on)) if price else None
        cells = known or ("no price", "", "", "")
        table.add_row(line.resource, line.usage.size, hours or f"{line.usage.least:g}", *cells)
    console.print(table)
    say(f"{bill.least:,.2f} to {bill.most:,.2f}, as far as there are prices")
    if bill.unpriced:
        say(f"no price: {', '.join(f'{line.resource} ({line.usage.size})' for line in bill.unpriced)}")
    say(f"by use, not estimated: {'; '.join(f'{product}: {words}' for product, words in bill.by_use.items())}")
