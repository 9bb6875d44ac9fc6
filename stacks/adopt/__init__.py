"""Taking over what runs: from the ids of live resources to entries of `mystira:adopt`."""
