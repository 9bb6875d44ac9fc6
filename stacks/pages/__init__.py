"""Generated files: one module each."""
