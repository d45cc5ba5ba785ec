"""Naive implementations of the menu in Python: as libraries' documentation suggests."""
