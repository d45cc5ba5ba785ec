"""The Python client of tills and scripts; it imports nothing else of carte."""
