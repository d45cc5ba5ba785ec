"""Drills with open subscriptions."""
