"""The naming convention (ADR-0008 v2.2; docs/naming.md): the builder, the rules and tags."""
