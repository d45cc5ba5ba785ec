"""The observer's own process: requests at a fixed rate, whatever becomes of them."""
