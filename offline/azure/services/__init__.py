"""One module a product: what its types do beyond their schema."""
