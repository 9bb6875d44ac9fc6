"""What a stack may cost in a month."""
