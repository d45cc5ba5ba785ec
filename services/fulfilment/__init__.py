"""The fulfilment Lambda and its sweeper: perform what is due for orders."""
