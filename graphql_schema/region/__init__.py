"""The region that answers a request: its name, its version, and the replication lag it sees."""
