"""The bench: carte's hot path beside other ways to answer the same menu, in one run."""
