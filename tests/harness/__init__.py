"""Composing under mocks: everything that was registered, as plain data, before any assertion is made."""

from tests.harness.compose import Composition, Registered, compose

__all__ = ["Composition", "Registered", "compose"]
