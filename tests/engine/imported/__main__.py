"""A program that registers nothing: its stack holds what is imported."""
