"""carte's GraphQL schema: one folder a subject, and what the subjects share beside them."""
