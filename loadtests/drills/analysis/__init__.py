"""Computes a drill's figures from requests, timeline and tables; pure functions."""
