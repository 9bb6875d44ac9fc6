"""The charts that this program installs, one module each: what is asked of them, and what they make."""
