"""The settings of a stack: typed and checked, with every mistake of a file reported at once."""
