"""Entry point: `python -m loadtests.load.open_loop --host ... --rate 50 --seconds 30 ...`."""

import argparse
import asyncio
import gc
import json
import os
import random
from pathlib import Path
from typing import Any

from loadtests.load import population, target
from loadtests.load.open_loop.generator import Generator
from loadtests.load.open_loop.mix import Mix
from loadtests.load.population import Population
from loadtests.load.shapes import PROFILES


def main() -> None:
    """Run one process of the generator; it starts when its standard input says so."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="steady")
    parser.add_argument("--rate", type=float, required=True, help="most requests a second")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--sample", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--recording", type=Path, required=True)
    given = parser.parse_args()
    send = target.sender(given.host)
    stores = population.load(send, given.sample)
    token = os.environ.get("CARTE_STAFF_TOKEN") or None
    source = random.Random(given.seed)
    mix = Mix(
        Population(stores), target.items_by_market(send, stores), source, edits=token is not None
    )
    # Thousandths of a request a second, because shapes count whole users.
    shape = PROFILES[given.profile].shape(round(given.rate * 1000), given.seconds, stores)
    generator = Generator(
        given.host, mix, lambda at: shape(at) / 1000, most=given.rate, seconds=given.seconds,
        seed=given.seed, token=token,
    )  # fmt: skip
    gc.freeze()
    asyncio.run(generator.run())
    recorded: dict[str, Any] = {
        **generator.recording.to_json(),
        "problem": generator.problem,
        "began": generator.began_at,
    }
    given.recording.write_text(json.dumps(recorded), encoding="utf-8")


if __name__ == "__main__":
    main()
