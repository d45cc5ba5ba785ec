"""Payments by card: the adapter to Stripe, its webhook, and the comparison with its records."""
