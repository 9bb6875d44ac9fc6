"""Error codes of Azure, one module a product."""
