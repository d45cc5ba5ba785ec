"""The GraphQL Lambda: HTTP rules around the schema, and the ways to run it."""
