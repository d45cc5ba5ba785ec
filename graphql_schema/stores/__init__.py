"""Stores: one by its id, pages of them by market and search, those near a place; and markets."""
