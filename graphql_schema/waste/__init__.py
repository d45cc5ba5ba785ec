"""Waste: what stores throw away, recorded, taken back, and added up by day."""
