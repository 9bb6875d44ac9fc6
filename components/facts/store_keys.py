"""The two keys that a store gives out, so that one can be regenerated while the other is in use."""

from __future__ import annotations

from typing import Literal

StoreKey = Literal["primary", "secondary"]
