"""What the workflows run: each step of theirs that is more than one command of a person."""
