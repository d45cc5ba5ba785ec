"""Compiles operations into Python; imports graphql-core, which persisted operations do without."""
