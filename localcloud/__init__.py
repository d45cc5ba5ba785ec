"""The local cloud: one emulator per region, a replicator and an edge, on this machine only."""
