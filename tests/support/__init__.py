"""What several tests share: a table in memory, a small chain, a service with shortcuts."""
