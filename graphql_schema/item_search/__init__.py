"""Searches of items by what guests type: on the menu of a store, and in the catalog of a market."""
