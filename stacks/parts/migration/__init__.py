"""The move of data from Cosmos DB to PostgreSQL."""
