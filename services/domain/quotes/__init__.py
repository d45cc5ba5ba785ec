"""What an order would cost and when it could be collected, or why it cannot be placed. Pure."""
