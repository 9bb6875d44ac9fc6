"""What Entra does, one module a kind of object."""
