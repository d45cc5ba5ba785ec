"""Clients of live updates, for drills and measurements."""
