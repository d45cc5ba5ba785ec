"""Catalogs of markets: drafts of items, and their publication; staff only."""
