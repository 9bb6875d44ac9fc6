"""The same Pulumi engine without a cloud: the program under it is unchanged, Azure is a database."""
