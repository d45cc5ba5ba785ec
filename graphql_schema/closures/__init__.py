"""Closures: on which days a store is closed, for good or not, and whether lists show it."""
