"""What Azure is: facts, names and reusable component resources. Nothing here knows a Mystira service."""
