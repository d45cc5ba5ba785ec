"""Stock of stores: what is left, what was counted, what was sold; staff only."""
