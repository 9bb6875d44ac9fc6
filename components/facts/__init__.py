"""Facts about Azure as data, each with its source. Standard library only."""
