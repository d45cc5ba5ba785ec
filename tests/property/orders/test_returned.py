"""What a region took back of its reservations: exact, small, the same whatever arrives first."""

import itertools
import os
import random

import orjson
import pytest

from services.domain.documents import stock_rights
from services.domain.documents.stock import Stock, return_key
from services.domain.documents.stock_line import Slot
from services.domain.rights import returned
from services.domain.rights.returned import Returned
from services.domain.stamp import Stamp
from tests.property.orders.counter_world import REGIONS, Faults, run
from tests.property.orders.stock_world import StockWorld

AT = Stamp(1 << 16, "eu")
SCHEDULES = int(os.environ.get("CARTE_MODEL_EXAMPLES", "120")) // 4


class Ledger:
    """A region that reserves and takes back; the ledger remembers each piece.

    Attributes:
        versions: What the region wrote, and the positions of all pieces that were back by then.
    """

    def __init__(self, seed: int, steps: int = 60) -> None:
        rng = random.Random(seed)
        sold, back, now = 0, set[int](), Returned()
        open_ones: list[tuple[int, int]] = []
        self.ends = [0]
        self.versions = [(now, frozenset(back))]
        for _ in range(steps):
            match rng.randrange(6):
                case 2 | 3 if open_ones:
                    at, pieces = open_ones.pop(rng.randrange(min(3, len(open_ones))))
                    now = now.taking_back(at, pieces)
                    assert now.taking_back(at, pieces) == now
                    back |= set(range(at - pieces + 1, at + 1))
                case 4 if open_ones:
                    del open_ones[0]  # the guest has the goods
                case 5:
                    now = now.folded(min([sold, *(at - 1 for at, _ in open_ones)]))
                case _:
                    pieces = rng.choice((1, 2, 5))
                    sold += pieces
                    open_ones.append((sold, pieces))
                    self.ends.append(sold)
            self.versions.append((now, frozenset(back)))


@pytest.fixture(autouse=True)
def few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returned, "MAX_RANGES", 1)


def test_pieces_are_exact_above_the_floor_and_never_too_many_below_it() -> None:
    folded = 0
    for seed in range(SCHEDULES * 2):
        ledger = Ledger(seed)
        for version, back in ledger.versions:
            assert version.pieces == len(back)
            assert Returned.load(orjson.loads(orjson.dumps(version.dump()))) == version
            folded += version.floor > 0
            for seen in ledger.ends:
                truth = sum(at > seen for at in back)
                if seen >= version.floor or seen == 0:
                    assert version.above(seen) == truth, seed
                assert version.above(seen) <= truth, seed
    assert folded, "nothing was ever folded"


def test_versions_join_to_the_latest_in_every_order_of_arrival() -> None:
    for seed in range(SCHEDULES * 2):
        versions = [one for one, _ in Ledger(seed).versions]
        rng = random.Random(seed)
        some = [versions[at] for at in sorted(rng.sample(range(len(versions)), 4))]
        for order in itertools.permutations(some):
            joined = Returned()
            for one in order:
                joined = joined.merge(one).merge(one)
            assert joined == some[-1], seed


def _lost_floor(self: Returned, other: Returned) -> Returned:
    """Join ranges without folding what the other version had folded: it counts twice then."""
    ranges = returned._union((*self.ranges, *other.ranges))
    return Returned(max(self.floor, other.floor), max(self.below, other.below), ranges)


def test_a_join_that_forgets_the_floor_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Returned, "merge", _lost_floor)
    with pytest.raises(AssertionError):
        test_versions_join_to_the_latest_in_every_order_of_arrival()


@pytest.mark.parametrize("concurrent", [False, True])
def test_no_piece_is_sold_twice_and_none_is_lost_though_returns_are_folded(
    *, concurrent: bool
) -> None:
    folds = 0
    for seed in range(SCHEDULES):
        try:
            # Counts at once may leave folded pieces out until the next count, never the reverse.
            world = run(seed, 80, Faults(), concurrent=concurrent, kind=FoldingWorld)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        assert isinstance(world, FoldingWorld)
        line = world.stock(REGIONS[0]).line("ring")
        folds += any(slot.back.floor > 0 for slot in line.slots.values())
    assert folds, "nothing was ever folded"


class FoldingWorld(StockWorld):
    """Orders are settled soon; what counts at once leave out is checked as a bound."""

    def step(self) -> None:
        super().step()
        region = self.rng.choice([one for one in self.regions if one not in self.down])
        self.do_settle(region, back=self.rng.random() < 0.6)

    def finish(self) -> None:
        if not self.concurrent_counts:
            super().finish()
            return
        self.heal()
        left = self.view(REGIONS[0]).left()
        assert left is not None
        assert left <= -self.oversold(), "a piece can be sold twice"


def _folds_what_matters(self: Returned, _: int) -> Returned:
    end = self.ranges[-1][1] if self.ranges else self.floor
    return self._from(end)


def test_folding_what_no_counter_has_seen_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Returned, "folded", _folds_what_matters)
    with pytest.raises(AssertionError):
        test_no_piece_is_sold_twice_and_none_is_lost_though_returns_are_folded(concurrent=False)


def canceled_day(orders: int) -> Stock:
    """A store that counts every 25 orders, of which each second one is canceled."""
    stock = stock_rights.counted(Stock("s1", {}), "ring", 500, AT, REGIONS)
    for at in range(2 * orders):
        stock, position = stock_rights.reserved(stock, "ring", 2, "eu", 900, now=0)
        if at % 2:
            stock = stock_rights.given_back(stock, "ring", 2, "eu", position, f"order-{at}")
        else:
            stock = stock_rights.handed_out(stock, "ring", "eu", position)
        if at % 25 == 24:
            stock = stock_rights.counted(stock, "ring", 500, Stamp((at + 2) << 16, "eu"), REGIONS)
    return stock


def test_a_hundred_canceled_orders_take_few_bytes_and_a_thousand_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(returned, "MAX_RANGES", 16)
    small, large = (
        len(orjson.dumps(canceled_day(orders).sales_in("eu").dump())) for orders in (100, 1_000)
    )
    assert small < 300
    assert large < small + 30


def test_orders_that_an_earlier_version_took_back_stay_so_and_are_not_taken_back_again() -> None:
    stock = stock_rights.counted(Stock("s1", {}), "ring", 40, AT, REGIONS)
    stock, position = stock_rights.reserved(stock, "ring", 3, "eu", 900)
    key = return_key("order-1/eu")
    body = stock.dump()
    body["e"]["ring"][1]["eu"] = [position, {key: [3, {"eu": position}]}]
    old = Stock.load("s1", orjson.loads(orjson.dumps(body)))
    assert old.left("ring") == Stock.read("s1", [body]).left("ring") == 40
    again = stock_rights.given_back(old, "ring", 3, "eu", position, "order-1")
    assert again.left("ring") == 40
    assert again.merge(old) == again
    assert orjson.dumps(old.dump()) == orjson.dumps(body)


@pytest.mark.parametrize("row", [[1], [1, -1], [1, "x"], [0, 0, 1]])
def test_a_corrupt_row_is_refused(row: list[object]) -> None:
    with pytest.raises(ValueError, match="not what a region took back"):
        Slot.load("eu", [5, {}, {}, [], 0, 0, row])
