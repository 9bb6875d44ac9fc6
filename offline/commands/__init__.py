"""The commands of the offline world."""
