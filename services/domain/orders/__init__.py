"""Orders as grow-only sets of facts: identity, merge, status, guards and duties. Pure."""
