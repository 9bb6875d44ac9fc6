"""Conditions of role assignments (Azure ABAC, version 2.0): grammar, operators, and the answer to a request."""
