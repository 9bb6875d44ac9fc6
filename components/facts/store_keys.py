"""The two keys that a store hands out, so that one can be made anew while the other is in use."""

from __future__ import annotations

from typing import Literal

StoreKey = Literal["primary", "secondary"]
