"""Waivers: rules that a stack breaks knowingly. One mechanism for what the plan sees and what the policy pack sees."""

from __future__ import annotations

from datetime import date

from stacks.settings.section import Section
from stacks.settings.types import Day, TagValue, Text


class Waiver(Section):
    """A rule that these settings break for a while."""

    reason: Text
    """Why the rule may be broken, for whoever reviews it. It may have several lines."""
    owner: TagValue
    """Who answers for it and ends or renews it, such as the team that the tag Team names; at most 256 characters."""
    until: Day
    """The last day on which it holds, such as "2027-10-31". Afterwards every run is refused until the settings keep the
    rule or the waiver is renewed."""

    def ended(self, today: date) -> bool:
        """Whether it holds no more: its last day is over."""
        return self.until < today
