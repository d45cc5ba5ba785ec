"""Checks that existing tools lack: pure functions over all synthesized templates at once."""
