"""The seeded chain, and imports: what fills the tables of a cloud."""
