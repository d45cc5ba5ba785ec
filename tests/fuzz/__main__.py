# ruff: noqa: T201 - a command prints
"""`python -m tests.fuzz --cases 100000 --seed 1`: compiled operations against graphql-core."""

import argparse
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.fuzz.running import cases

SHOWN = 5


def batch(seeds: list[int]) -> tuple[int, int, list[str]]:
    """Cases, cases left to graphql-core, and differences of some schemas."""
    count = left = 0
    differences: list[str] = []
    for seed in seeds:
        for outcome in cases(seed):
            count += 1
            left += outcome.left
            if outcome.difference is not None:
                differences.append(outcome.difference)
    return count, left, differences


def main() -> int:
    """Run until there were enough cases; 1 where there is a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--batch", type=int, default=10, help="schemas at a time")
    asked = parser.parse_args()
    print(f"seed {asked.seed}, {asked.cases} cases, {asked.processes} processes", flush=True)
    count = left = 0
    differences: list[str] = []
    started = time.monotonic()
    dice = random.Random(asked.seed)

    def seeds() -> list[int]:
        return [dice.randrange(10**12) for _ in range(asked.batch)]

    with ProcessPoolExecutor(asked.processes) as pool:
        running = {pool.submit(batch, seeds()) for _ in range(asked.processes * 2)}
        while running:
            done = next(as_completed(running))
            running.remove(done)
            more, skipped, found = done.result()
            count, left = count + more, left + skipped
            differences += found
            for one in found[: max(0, SHOWN - len(differences) + len(found))]:
                print(f"\n{one}", flush=True)
            if count < asked.cases and len(differences) < 100:
                running.add(pool.submit(batch, seeds()))
            took = time.monotonic() - started
            status = f"{count} cases, {left} left to graphql-core, {len(differences)} differences"
            end = "\n" if not running else "\r"
            print(f"{status}, {took:.0f} s", end=end, flush=True)
    print(f"seed {asked.seed}: {count} cases, {len(differences)} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
