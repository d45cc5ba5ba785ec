"""The consistency checker: clients, faults, and what must be true of the regions afterwards.

It works from outside, over GraphQL and the regions' tables. `run.py` is the course of a check;
`registers.py`, `counters.py` and `sessions.py` are its rules, pure and tested with histories that
violate them.
"""
