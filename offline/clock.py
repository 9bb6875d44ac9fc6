"""The date in the offline world."""

from __future__ import annotations

import os
from datetime import date

from components.facts.lifecycles import LAST_READ

TODAY_VARIABLE = "MYSTIRA_TODAY"
"""Environment variable that hands the date to the program and to the offline cloud."""

TODAY = LAST_READ


def today() -> date:
    """The day in this world: that of the variable, else :data:`TODAY`."""
    return date.fromisoformat(os.environ.get(TODAY_VARIABLE) or TODAY.isoformat())
