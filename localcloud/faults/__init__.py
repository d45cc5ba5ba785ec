"""Faults of the local cloud: take something away for a while, and always give it back."""
