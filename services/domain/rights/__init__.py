"""Bounded counters: shares of a count that each region may sell without asking another. Pure."""
