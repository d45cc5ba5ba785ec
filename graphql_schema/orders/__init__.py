"""Orders: quotes, pickup slots, placing, and what guests and stores do with an order."""
