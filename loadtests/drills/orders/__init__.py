"""Guests, staff and the judgement of drills in which orders are placed."""
