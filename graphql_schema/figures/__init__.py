"""Figures of stores: orders counted and added up by day."""
