# ruff: noqa: T201 - a command prints
"""`python -m tests.fuzz --seconds 60 --seed 1`: random cases of every face, in turn.

Each fault is printed with the face and the seed of its case: `--face NAME --case SEED` repeats it.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import Future, ProcessPoolExecutor, as_completed

from tests.fuzz.faces import FACES
from tests.support.seeds import seed_of_run

SHOWN = 5
ENOUGH = 100  # faults after which no new batch is begun
BATCH_S = 2.0


def batch(face: str, seed: int) -> tuple[str, int, list[str]]:
    """Run cases of a face for two seconds of CPU; return their number, and the faults."""
    dice = random.Random(seed)
    count, faults = 0, []
    started = time.process_time()
    while time.process_time() - started < BATCH_S:
        number = dice.randrange(10**12)
        count += 1
        found = FACES[face](number)
        if found is not None:
            faults.append(f"--face {face} --case {number}\n{found}")
    return face, count, faults


def main() -> int:
    """Run until the time is over; 1 where there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=seed_of_run())
    parser.add_argument("--face", choices=sorted(FACES), action="append")
    parser.add_argument("--case", type=int, help="run one case of the face, and no other")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    faces = options.face or list(FACES)
    if options.case is not None:
        found = [fault for face in faces if (fault := FACES[face](options.case)) is not None]
        print("\n".join(found) or "no fault")
        return 1 if found else 0
    print(f"seed {options.seed}, {options.seconds:g} s, {options.processes} processes", flush=True)
    dice = random.Random(options.seed)
    counts: Counter[str] = Counter()
    faults: list[str] = []
    deadline = time.monotonic() + options.seconds
    turns = 0

    def more_wanted() -> bool:
        return time.monotonic() < deadline and len(faults) < ENOUGH

    with ProcessPoolExecutor(options.processes) as pool:
        running: set[Future[tuple[str, int, list[str]]]] = set()
        # Every face has its turn, however short the time.
        while running or turns < len(faces) or more_wanted():
            if (turns < len(faces) or more_wanted()) and len(running) < options.processes:
                face = faces[turns % len(faces)]
                running.add(pool.submit(batch, face, dice.randrange(10**12)))
                turns += 1
                continue
            done = next(as_completed(running))
            running.remove(done)
            face, count, found = done.result()
            counts[face] += count
            for one in found[: max(0, SHOWN - len(faults))]:
                print(f"\n{one}", flush=True)
            faults += found
    for face in faces:
        print(f"{face}: {counts[face]} cases")
    print(f"seed {options.seed}: {sum(counts.values())} cases, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
