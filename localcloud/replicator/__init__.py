"""The replicator: does between the local regions' tables what an MREC global table does.

Reading order: `versions` (what wins), `ledger` (what each region is believed to hold),
`mesh` (the wiring), `reader` and `delivery` (the two loops), `table_comparison` (after a restart).
"""
