"""The search of stores, beside embedded search engines over the same stores and queries."""
