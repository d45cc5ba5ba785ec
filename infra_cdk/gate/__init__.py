"""The offline gate: all that can be found wrong with a deployment without an account."""
