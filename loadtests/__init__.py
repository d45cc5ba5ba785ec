"""The tools that judge carte: load runs, drills, consistency checks, capacity, cost, benchmarks."""
