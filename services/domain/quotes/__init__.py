"""What an order would cost and when it can be collected, or a typed refusal. Pure."""
