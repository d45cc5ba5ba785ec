"""Capacity models: simulations of the AWS regions at their busiest hour, and of the local cloud."""
