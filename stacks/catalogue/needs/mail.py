"""The need to send mail."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need


@dataclass(frozen=True)
class Mail(Need):
    """Sending mail through Communication Services."""
