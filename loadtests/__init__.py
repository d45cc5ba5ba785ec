"""What judges carte: load runs, drills, consistency checks, capacity, cost, benchmarks."""
