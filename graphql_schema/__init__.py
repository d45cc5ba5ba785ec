"""carte's GraphQL schema: types, queries, limits, persisted operations."""
