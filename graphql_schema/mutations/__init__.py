"""The root of all writes; staff only. One module per part of the domain."""
