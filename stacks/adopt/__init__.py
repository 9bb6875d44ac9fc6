"""Taking over what runs: from the ids of live resources to entries of `mystira:adopt`."""

from stacks.adopt.estate import live_ids
from stacks.adopt.match import Match, matches
from stacks.adopt.write import write_entries

__all__ = ["Match", "live_ids", "matches", "write_entries"]
