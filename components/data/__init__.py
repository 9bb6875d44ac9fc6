"""What holds data: one module for each kind of store."""
