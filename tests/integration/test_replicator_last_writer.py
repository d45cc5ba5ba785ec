"""The last acknowledged write of an item stands everywhere, whatever happens to replication.

Within what an observer can tell: a write that began after another was acknowledged is the later
one; a write that was not acknowledged may count whenever it is found. (Killed emulators forget
acknowledged writes and skewed clocks change the order, so neither is among the faults here.)
"""

import math
import os
import random
import signal
import sys
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.replicator_cloud import FAILURES, REGIONS, Cloud, Emulator, running_cloud
from tests.support.seeds import seed_of_run

KEYS = [f"key {number}" for number in range(6)]
SECONDS = 5.0
TOLERANCE = 0.01
"""Stamps have milliseconds and may run ahead by one for each write of an item."""


@dataclass(frozen=True)
class Attempt:
    """A write of one item.

    Attributes:
        pk: Key of the item.
        rev: Content that was written.
        began: When it was sent.
        ended: When it was acknowledged; infinite if it never was.
    """

    pk: str
    rev: str
    began: float
    ended: float


@dataclass
class Writer(threading.Thread):
    region: Emulator
    seed: str
    stopping: threading.Event
    attempts: list[Attempt] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(name=self.region.region)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        chance = random.Random(self.seed)
        while not self.stopping.wait(chance.expovariate(60)):
            pk, rev = chance.choice(KEYS), f"{self.region.region} {len(self.attempts)}"
            began = time.time()
            try:
                self.region.put(pk, rev={"S": rev})
                ended = time.time()
            except FAILURES:
                ended = math.inf
            self.attempts.append(Attempt(pk, rev, began, ended))


def _trouble(cloud: Cloud, chance: random.Random) -> str:
    source, target = chance.sample(REGIONS, 2)
    way = {"from": source, "to": target}
    match chance.randrange(6):
        case 0:
            cloud.command("/cut", **way)
        case 1:
            cloud.command("/lag", **way, ms=300, jitter_ms=300)
        case 2:
            cloud.command("/duplicate", **way, share=0.5)
        case 3:
            region = chance.choice(cloud.regions)
            region.process.signal(signal.SIGSTOP)
            time.sleep(chance.uniform(0.2, 2))
            region.process.signal(signal.SIGCONT)
            return f"freeze {region.region}"
        case 4:
            cloud.replicator.kill()
            cloud.start_replicator()
            return "kill replicator"
        case _:
            cloud.command("/heal")
    return str(way)


def test_the_last_acknowledged_write_stands(tmp_path: Path) -> None:
    seed = seed_of_run()
    seconds = float(os.environ.get("CARTE_REPLICATOR_SECONDS") or SECONDS)
    chance = random.Random(seed)
    stopping = threading.Event()
    with running_cloud(tmp_path) as cloud:
        writers = [Writer(one, f"{seed} {one.region}", stopping) for one in cloud.regions]
        for writer in writers:
            writer.start()
        try:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                sys.stdout.write(_trouble(cloud, chance) + "\n")
                time.sleep(chance.uniform(0, 0.4))
        finally:
            stopping.set()
            for writer in writers:
                writer.join()
        cloud.command("/heal")
        cloud.quiet(90)
        assert cloud.differences() == []
        attempts = defaultdict(list)
        for writer in writers:
            for attempt in writer.attempts:
                attempts[attempt.pk].append(attempt)
        for pk, made in attempts.items():
            item = cloud.regions[0].get(pk)
            standing = next(one for one in made if item and one.rev == item["rev"]["S"])
            later = [
                one
                for one in made
                if one.ended < math.inf and one.began > standing.ended + TOLERANCE
            ]
            assert later == [], f"{standing} stands, not a later one"
