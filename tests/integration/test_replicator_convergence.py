"""All regions end equal, item for item, whatever was written and whatever went wrong.

CARTE_REPLICATOR_ROUNDS sets how many rounds of faults there are (default 4),
CARTE_SEED repeats one run's choices.
"""

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.integration.replicator_cloud import (
    FAILURES,
    REGIONS,
    TABLE,
    Cloud,
    Emulator,
    running_cloud,
)
from tests.support.seeds import seed_of_run

pytestmark = pytest.mark.slow

KEYS = [f"key {number}" for number in range(8)]
ROUND_SECONDS = 2.0
SETTLE_SECONDS = 90.0


@dataclass
class Writer(threading.Thread):
    """Writes, updates and deletes at random in one region, until it is stopped."""

    region: Emulator
    seed: str
    done: int = 0
    failed: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(name=self.region.region)
        self.chance = random.Random(self.seed)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        while not self.stopping.wait(self.chance.expovariate(150)):
            try:
                self._write(self.chance.choice(KEYS))
                self.done += 1
            except FAILURES:
                self.failed += 1

    def _write(self, pk: str) -> None:
        key: Any = {"pk": {"S": pk}, "sk": {"S": "x"}}
        rev = {"S": f"{self.region.region} {self.done} {self.chance.random()}"}
        match self.chance.randrange(6):
            case 0:
                self.region.delete(pk)
            case 1:  # contents that recur, on purpose: no rev
                self.region.put(pk, flag={"BOOL": self.chance.random() < 0.5})
            case 2:
                self.region.client.update_item(
                    TableName=TABLE,
                    Key=key,
                    UpdateExpression="SET rev = :r, #l.#n = :r ADD tags :t",
                    ConditionExpression="attribute_exists(#l)",
                    ExpressionAttributeNames={"#l": "per region", "#n": self.region.region},
                    ExpressionAttributeValues={":r": rev, ":t": {"SS": [self.region.region]}},
                )
            case _:
                inner: Any = {"M": {self.region.region: rev, "blob": {"B": b"\x00\xfe"}}}
                self.region.put(pk, rev=rev, **{"per region": inner})


class Faults:
    """One fault after the other, by chance."""

    def __init__(self, cloud: Cloud, chance: random.Random) -> None:
        self.cloud = cloud
        self.chance = chance
        self.log: list[str] = []

    def _say(self, what: str) -> None:
        self.log.append(what)

    def any_fault(self) -> None:
        self.chance.choice(
            [
                self.pause,
                self.cut_one_way,
                self.cut_both_ways,
                self.skew,
                self.lag,
                self.duplicate,
                self.freeze,
                self.restart_emulator,
                self.kill_emulator,
                self.restart_replicator,
                self.kill_replicator,
            ]
        )()

    def _two(self) -> tuple[str, str]:
        source, target = self.chance.sample(REGIONS, 2)
        return source, target

    def pause(self) -> None:
        self._say("pause")
        self.cloud.command("/pause")

    def cut_one_way(self) -> None:
        source, target = self._two()
        self._say(f"cut {source} -> {target}")
        self.cloud.command("/cut", **{"from": source, "to": target})

    def cut_both_ways(self) -> None:
        region = self.chance.choice(REGIONS)
        self._say(f"cut off {region}")
        self.cloud.command("/cut", **{"from": region, "to": "*"})
        self.cloud.command("/cut", **{"from": "*", "to": region})

    def skew(self) -> None:
        region, ms = self.chance.choice(REGIONS), self.chance.randrange(-10_000, 10_000)
        self._say(f"skew {region} {ms}")
        self.cloud.command("/skew", region=region, ms=ms)

    def lag(self) -> None:
        source, target = self._two()
        self._say(f"lag {source} -> {target}")
        self.cloud.command("/lag", **{"from": source, "to": target, "ms": 400, "jitter_ms": 400})

    def duplicate(self) -> None:
        self._say("duplicate")
        self.cloud.command("/duplicate", **{"from": "*", "to": "*", "share": 0.3})

    def freeze(self) -> None:
        region = self.chance.choice(self.cloud.regions)
        self._say(f"freeze {region.region}")
        region.process.signal(signal.SIGSTOP)
        time.sleep(self.chance.uniform(0.5, 3))
        region.process.signal(signal.SIGCONT)

    def restart_emulator(self) -> None:
        region = self.chance.choice(self.cloud.regions)
        self._say(f"restart {region.region}")
        region.process.stop()
        region.start()

    def kill_emulator(self) -> None:
        region = self.chance.choice(self.cloud.regions)
        self._say(f"kill {region.region}")
        region.process.kill()
        region.start()
        if TABLE not in region.client.list_tables()["TableNames"]:
            region.create_table()

    def restart_replicator(self) -> None:
        self._say("restart replicator")
        self.cloud.replicator.stop()
        self.cloud.start_replicator()

    def kill_replicator(self) -> None:
        self._say("kill replicator")
        self.cloud.replicator.kill()
        self.cloud.start_replicator()


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with running_cloud(tmp_path) as cloud:
        yield cloud


def test_all_regions_end_equal_whatever_goes_wrong(cloud: Cloud) -> None:
    rounds = int(os.environ.get("CARTE_REPLICATOR_ROUNDS", "4"))
    seed = seed_of_run()
    faults = Faults(cloud, random.Random(seed))
    for number in range(rounds):
        writers = [Writer(one, f"{seed} {number} {one.region}") for one in cloud.regions]
        for writer in writers:
            writer.start()
        try:
            until = time.monotonic() + ROUND_SECONDS
            while time.monotonic() < until:
                faults.any_fault()
                time.sleep(faults.chance.uniform(0, 0.5))
        finally:
            for writer in writers:
                writer.stopping.set()
            for writer in writers:
                writer.join()
        cloud.command("/heal")
        cloud.quiet(SETTLE_SECONDS)
        done = {writer.region.region: (writer.done, writer.failed) for writer in writers}
        sys.stdout.write(f"round {number}: {faults.log}; (done, failed) {done}\n")
        faults.log.clear()
        assert cloud.differences() == []
