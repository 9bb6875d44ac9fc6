"""What a service may need: one module for each kind."""
