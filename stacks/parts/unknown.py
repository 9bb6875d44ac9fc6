"""What only a deployment knows, where Pulumi has no way to say so."""

from __future__ import annotations

import asyncio
from typing import Any

import pulumi


def unknown() -> pulumi.Output[Any]:
    """An output without a value yet, as those of a resource that a preview would create. Call it while a program runs,
    within ``apply`` for one."""
    loop = asyncio.get_running_loop()
    value, known = loop.create_future(), loop.create_future()
    value.set_result(None)
    known.set_result(False)
    return pulumi.Output(set(), value, known)
