"""Stores: Cosmos DB, storage. Each module is one product."""
