"""The workload of orders: guests and staff in all regions, judged by the invariants I1 to I6.

Like the rest of the checker it works from outside: over GraphQL, the tables of the regions and the
list of the payment provider. `run.py` is the course; `invariants.py` has the rules, which are pure.
"""
