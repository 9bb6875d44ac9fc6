"""The comment on a pull request: what a reviewer has to know of a preview."""
