"""The command line: one command for people and scripts, above the stacks and the offline world."""
