"""Random schedules over an in-memory model of the regions: every one ends equal.

The model has the tables, streams, requests in flight (answered, refused, lost, applied late)
and skewed clocks; what it runs is the replicator's own ledger and rules.
"""

import os
import random
from collections import defaultdict
from dataclasses import dataclass, field

import pytest

from localcloud.replicator.ledger import Ledger
from localcloud.replicator.versions import TOMBSTONE, Verdict, Version, judge
from tests.support.seeds import seed_of_run

REGIONS = ("a", "b", "c")
KEYS = (b"k", b"l")
SCHEDULES = int(os.environ.get("CARTE_REPLICATOR_SCHEDULES", "300"))


@dataclass
class Request:
    """A conditional write on its way to a region.

    Attributes:
        lost: The replicator has given up waiting for the answer.
    """

    target: str
    key: bytes
    wanted: Version
    before: bytes
    lost: bool = False


@dataclass
class Model:
    random_source: random.Random
    recurring: bool  # contents may come back, so that conditions may hold by accident
    clock: int = 1000
    tables: dict[str, dict[bytes, bytes]] = field(default_factory=dict)
    streams: dict[str, list[tuple[bytes, bytes, int]]] = field(default_factory=dict)
    skews: dict[str, int] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    queues: dict[tuple[str, str], set[bytes]] = field(default_factory=lambda: defaultdict(set))
    flying: list[Request] = field(default_factory=list)
    contents: dict[tuple[bytes, int, str], bytes] = field(default_factory=dict)
    serial: int = 0

    def __post_init__(self) -> None:
        self.ledger = Ledger(REGIONS)
        for region in REGIONS:
            self.tables[region] = dict.fromkeys(KEYS, TOMBSTONE)
            self.streams[region] = []
            self.skews[region] = self.random_source.choice([-500, 0, 0, 500])

    def _put(self, region: str, key: bytes, content: bytes) -> None:
        if self.tables[region][key] != content:
            self.tables[region][key] = content
            self.streams[region].append((key, content, self.clock + self.skews[region]))

    def local_write(self) -> None:
        self.serial += 1
        unique = TOMBSTONE if self.random_source.random() < 0.2 else b"%d" % self.serial
        content = self.random_source.choice([TOMBSTONE, b"x", b"y"]) if self.recurring else unique
        self._put(self.random_source.choice(REGIONS), self.random_source.choice(KEYS), content)

    def read_record(self) -> None:
        region = self.random_source.choice(REGIONS)
        if self.read[region] == len(self.streams[region]):
            return
        key, content, clock = self.streams[region][self.read[region]]
        self.read[region] += 1
        observation = self.ledger.observe(region, key, content, clock)
        version = observation.version
        named = self.contents.setdefault((key, version.stamp, version.origin), content)
        assert named == content, "one version, two contents"
        if observation.fresh:
            for target in REGIONS:
                if target != region:
                    self.queues[region, target].add(key)

    def start_delivery(self) -> None:
        source, target = self.random_source.sample(REGIONS, 2)
        if not self.queues[source, target]:
            return
        key = self.random_source.choice(sorted(self.queues[source, target]))
        wanted, held = self.ledger.held(source, key), self.ledger.held(target, key)
        verdict = Verdict.STALE
        if wanted is not None and wanted.origin == source:
            verdict = judge(wanted, held)
        if wanted is None or verdict is Verdict.STALE:
            self.queues[source, target].discard(key)
        elif self.ledger.under_way(target, key):
            return
        elif verdict is Verdict.SAME:
            if self.read[target] == len(self.streams[target]):
                self.ledger.believe(target, key, wanted)
                self.queues[source, target].discard(key)
        else:
            self.ledger.expect(target, key, wanted)
            before = TOMBSTONE if held is None else held.digest
            self.flying.append(Request(target, key, wanted, before))

    def lose_answer(self) -> None:
        waiting = [one for one in self.flying if not one.lost]
        if waiting:
            request = self.random_source.choice(waiting)
            request.lost = True
            self.ledger.doubt(request.target, request.key, request.wanted)

    def arrive(self) -> None:
        if not self.flying:
            return
        request = self.flying.pop(self.random_source.randrange(len(self.flying)))
        if request.lost and self.random_source.random() < 0.3:
            return
        if self.tables[request.target][request.key] == request.before:
            self._put(request.target, request.key, request.wanted.digest)
        elif not request.lost:
            self.ledger.withdraw(request.target, request.key, request.wanted)

    def step(self, *, writing: bool) -> None:
        self.clock += self.random_source.randrange(3)
        moves = [self.read_record, self.start_delivery, self.arrive, self.arrive]
        if writing:
            moves += [self.local_write, self.lose_answer]
        self.random_source.choice(moves)()

    def at_rest(self) -> bool:
        unread = any(self.read[one] < len(self.streams[one]) for one in REGIONS)
        return not (unread or self.flying or any(self.queues.values()))


@pytest.mark.parametrize("recurring", [False, True], ids=["unique", "recurring"])
def test_every_schedule_ends_equal(*, recurring: bool) -> None:
    seed = seed_of_run()
    for number in range(seed, seed + SCHEDULES):
        model = Model(random.Random(number), recurring)
        for _ in range(model.random_source.randrange(20, 200)):
            model.step(writing=True)
        for _ in range(20_000):
            if model.at_rest():
                break
            model.step(writing=False)
        assert model.at_rest(), f"schedule {number} does not come to rest"
        tables = list(model.tables.values())
        assert tables == [tables[0]] * len(tables), f"schedule {number} ends unequal"
        for key in KEYS:
            top = model.ledger.newest(key)
            if not recurring and top is not None and model.contents:
                stamps = [name for name in model.contents if name[0] == key]
                assert (top.stamp, top.origin) == max(name[1:] for name in stamps)
