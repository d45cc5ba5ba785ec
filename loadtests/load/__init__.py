"""Runs a load test: what it shares, its shapes, its records, its verdict and its report."""
