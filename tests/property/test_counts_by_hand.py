"""A count by a mutation stands above what it had seen, and keeps out nothing that is later."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Final

import pytest

from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Count
from services.domain.register import Register
from services.domain.stamp import COUNTER_BITS, Stamp
from services.domain.stock_edits import FileCount, count_stock, count_stock_from_file
from services.storage import keys
from services.storage.kinds import Document
from tests.support.mrec import GlobalTable, MemoryReplica

REGIONS: Final = ("us-east-1", "eu-west-1", "ap-southeast-1")
NEAREST: Final[Sequence[str]] = REGIONS
KEY: Final = keys.stock("1")
MINUTE_MS: Final = 60_000


@dataclass
class World:
    """Regions in which people count and files of counts arrive.

    Attributes:
        seen: Of each count by a person, the stamps of the counts before it.
    """

    table: GlobalTable = field(default_factory=lambda: GlobalTable(REGIONS))
    seen: dict[Stamp, set[Stamp]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.replicas = {name: MemoryReplica(self.table, name) for name in REGIONS}

    def stock(self, region: str) -> Stock:
        found = self.replicas[region].held(KEY).document
        return found if isinstance(found, Stock) else Stock("1", {})

    def standing(self, region: str) -> Register[Count] | None:
        return self.stock(region).line("ring").count

    def by_hand(self, region: str, pieces: int) -> None:
        replica, before = self.replicas[region], self.standing(region)

        def edit(current: Document | None, stamp: Stamp) -> Stock:
            stock = current if isinstance(current, Stock) else None
            return count_stock(
                stock, "1", {"ring": pieces}, stamp,
                now=self.table.now_ms // 1000, wall_ms=replica.clock.now_ms(), nearest=NEAREST,
            )[0]  # fmt: skip

        after = replica.change(KEY, edit).line("ring").count
        assert after is not None
        seen = set() if before is None else {before.stamp, *self.seen.get(before.stamp, ())}
        self.seen[after.stamp] = seen

    def by_file(self, region: str, pieces: int, counted_ms: int, source: str) -> None:
        replica = self.replicas[region]

        def edit(current: Document | None, stamp: Stamp) -> Stock:
            stock = current if isinstance(current, Stock) else None
            return count_stock_from_file(
                stock, "1", {"ring": FileCount(pieces, counted_ms)}, source, stamp,
                now=self.table.now_ms // 1000, wall_ms=replica.clock.now_ms(), nearest=NEAREST,
            ).stock  # fmt: skip

        replica.change(KEY, edit)

    def joined(self) -> Stock:
        """What all regions have in the end."""
        joined = self.table.acknowledged[KEY]
        assert isinstance(joined, Stock)
        return joined


@pytest.mark.parametrize("seed", range(200))
def test_no_count_that_somebody_had_seen_stands_in_the_end(seed: int) -> None:
    chance = random.Random(seed)
    world = World()
    table = world.table
    for number in range(chance.randrange(2, 12)):
        region = chance.choice(REGIONS)
        table.now_ms += chance.choice((0, 1, 500, 5_000))
        table.regions[region].skew_ms = chance.choice((0, 0, -1_000, 1_000, 20 * MINUTE_MS))
        if chance.random() < 0.5:
            world.by_hand(region, number)
            assert world.stock(region).left("ring") == number
        else:
            counted_ms = table.now_ms + chance.choice((-5_000, -1, 0, 5_000))
            world.by_file(region, number, counted_ms, f"{chance.randrange(9)}{number}")
        for pair in permutations(REGIONS, 2):
            if chance.random() < 0.5:
                table.deliver(pair, chance.randrange(9))
    standing = world.joined().line("ring").count
    assert standing is not None
    assert not any(standing.stamp in seen for seen in world.seen.values())


def test_a_count_that_had_seen_a_file_of_a_till_ahead_beats_it() -> None:
    world = World()
    world.by_file("us-east-1", 50, world.table.now_ms + 5_000, "d1")
    world.table.deliver_all()
    world.table.now_ms += 500
    world.table.regions["eu-west-1"].skew_ms = -1_000
    world.by_hand("eu-west-1", 7)
    assert world.joined().left("ring") == 7


def test_a_count_whose_stamp_runs_ahead_keeps_no_later_file_out() -> None:
    """A neighbour's clock is 20 minutes ahead; stamps of this process followed it once."""
    world = World()
    ahead = Stamp(world.table.now_ms + 20 * MINUTE_MS << COUNTER_BITS, "ap-southeast-1")
    world.replicas["eu-west-1"].clock.tick(ahead)
    world.by_hand("eu-west-1", 50)
    world.table.now_ms += MINUTE_MS
    world.by_file("eu-west-1", 3, world.table.now_ms - 1, "d1")
    assert world.stock("eu-west-1").left("ring") == 3


def test_a_file_of_a_clock_that_is_ahead_keeps_no_later_count_out() -> None:
    """It counts as of the time at which it was loaded, whatever the stamps do."""
    world = World()
    ahead = Stamp(world.table.now_ms + 20 * MINUTE_MS << COUNTER_BITS, "ap-southeast-1")
    world.replicas["eu-west-1"].clock.tick(ahead)
    world.by_file("eu-west-1", 50, world.table.now_ms + 10 * MINUTE_MS, "d1")
    world.table.now_ms += MINUTE_MS
    world.by_file("us-east-1", 3, world.table.now_ms - 1, "d2")
    assert world.joined().left("ring") == 3


def test_a_count_at_its_stamp_is_stored_as_before() -> None:
    """Of nearly all counts: their time takes no bytes."""
    world = World()
    world.by_hand("eu-west-1", 50)
    found = world.standing("eu-west-1")
    assert found is not None
    assert found.value.counted_ms is None
    assert "o" not in world.stock("eu-west-1").dump()
