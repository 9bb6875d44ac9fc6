"""Garbage of a process that ends soon."""

from __future__ import annotations

import atexit
import gc
from functools import cache

THRESHOLD = 2_000_000
"""Objects made before Python looks for garbage. A program makes much that lives as long as itself: with Python's own
700, walking it again and again took a third of the time of a build, and freed 2 of 175 MB; with 200,000 it was still a
fifth, and grew with the program."""


@cache
def rarely_collected() -> None:
    """Have this process look for garbage rarely, and free nothing one by one when it ends."""
    gc.set_threshold(THRESHOLD)
    atexit.register(gc.freeze)
