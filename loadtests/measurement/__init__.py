"""Measured values: how many observations each rests on, percentiles."""
