"""The topics of live updates: what a change concerns, and the queue's messages that name them."""
