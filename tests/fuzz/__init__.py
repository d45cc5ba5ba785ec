"""The differential fuzzer: compiled operations against graphql-core, on generated everything."""
