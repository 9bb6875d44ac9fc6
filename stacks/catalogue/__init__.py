"""The services of Mystira: one record each, and what they need."""
