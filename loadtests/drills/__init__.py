"""Failover drills: each takes something away and measures what users saw."""
