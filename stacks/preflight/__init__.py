"""What a stack needs of its subscription before it can come up, as plain data read from its plan."""
