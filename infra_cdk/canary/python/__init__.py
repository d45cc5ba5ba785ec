"""Python canaries: Synthetics wants them in a folder of this name."""
