"""What no tool catches: checks over all synthesized templates at once, as pure functions."""
