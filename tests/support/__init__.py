"""What several tests share: a table in memory, a small chain, ways to ask it."""
