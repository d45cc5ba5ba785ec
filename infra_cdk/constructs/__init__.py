"""The constructs of which the stacks are made; one per file."""
