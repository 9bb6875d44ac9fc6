"""Composing under mocks: everything that was registered, as plain data, before any assertion is made."""
