"""Edits that lost against a concurrent edit of the same value; staff only."""
