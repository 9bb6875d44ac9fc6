"""What builds and checks this project, and is no part of it."""
