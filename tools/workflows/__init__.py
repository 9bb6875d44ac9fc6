"""What workflows run before the packages of the project are there, or besides them: the standard library is enough."""
