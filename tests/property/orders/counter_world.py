"""Regions that sell from one bounded counter over a global table where the last writer wins.

The ledger keeps what really happened and uses no rule of the counters: which sales a count had
seen is taken from the positions, and what a region sold from the sales themselves.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from services.domain.rights.account import Account, Epoch
from services.domain.rights.counting import Counted, count
from services.domain.rights.selling import NoRightsError, give_back, hand_out, reserve, sell
from services.domain.rights.transfers import ask, grant
from services.domain.stamp import HybridClock, Stamp

REGIONS = ("eu", "us", "ap")  # nearest to the store first
COUNT = "count"
FAR = 10**9  # seconds: a reservation that lasts as long as any schedule


@dataclass(frozen=True)
class Version:
    value: Any
    at: int
    origin: str


@dataclass
class Sale:
    """One sale or reservation, as it really happened."""

    region: str
    position: int
    pieces: int
    reserved: bool
    overdrawn: int
    returned: bool = False
    gone: bool = False


@dataclass
class Faults:
    """What is planted."""

    reserve: Callable[[Account, str, int, int], Account] = reserve
    count: Callable[..., Counted] = count
    receiver_writes: bool = False


@dataclass
class World:
    rng: random.Random
    faults: Faults = field(default_factory=Faults)
    concurrent_counts: bool = False
    regions: tuple[str, ...] = REGIONS
    now: int = 1_000_000
    items: dict[str, dict[str, Version]] = field(init=False)
    ways: dict[tuple[str, str], list[tuple[str, Version]]] = field(init=False)
    cuts: set[tuple[str, str]] = field(default_factory=set)
    down: set[str] = field(default_factory=set)
    sales: list[Sale] = field(default_factory=list)
    counts: list[tuple[Stamp, Counted, dict[str, int]]] = field(default_factory=list)
    owed: dict[Stamp, int] = field(default_factory=dict)
    refused: int = 0
    accepted: int = 0
    short: int = 0

    def __post_init__(self) -> None:
        self.items = {region: {} for region in self.regions}
        self.ways = {pair: [] for pair in permutations(self.regions, 2)}
        self.skew = {region: self.rng.randrange(-500, 500) for region in self.regions}
        self.clocks = {
            region: HybridClock(region, lambda region=region: self.clock(region))  # type: ignore[misc]  # mypy infers no default for a lambda
            for region in self.regions
        }
        self.do_count(self.regions[0], self.rng.randrange(0, 40))
        self.deliver_all()

    def clock(self, region: str) -> int:
        return self.now + self.skew[region]

    # The table.

    def view(self, region: str) -> Account:
        items = self.items[region]
        epoch = items[COUNT].value if COUNT in items else None
        parts = {key: version.value for key, version in items.items() if key != COUNT}
        return Account(epoch, parts)

    def write(self, region: str, key: str, value: Any) -> None:
        held = self.items[region].get(key)
        at = self.clock(region) if held is None else max(self.clock(region), held.at + 1)
        version = Version(value, at, region)
        self.items[region][key] = version
        for pair, way in self.ways.items():
            if pair[0] == region:
                way.append((key, version))

    def save(self, region: str, account: Account) -> None:
        if account.part(region) != self.view(region).part(region):
            self.write(region, region, account.part(region))

    def deliver(self, pair: tuple[str, str]) -> None:
        if pair in self.cuts or not self.down.isdisjoint(pair) or not self.ways[pair]:
            return
        key, version = self.ways[pair].pop(self.rng.randrange(len(self.ways[pair])))
        held = self.items[pair[1]].get(key)
        if held is not None and (version.at, version.origin) <= (held.at, held.origin):
            return
        self.items[pair[1]][key] = version
        if key == COUNT and held is not None:
            joined = held.value.merge(version.value)
            if joined != version.value:  # what the stream Lambda does in each region
                self.write(pair[1], key, joined)

    def deliver_all(self) -> None:
        while any(self.ways.values()):
            for pair in self.ways:
                self.deliver(pair)

    def heal(self) -> None:
        self.cuts.clear()
        self.down.clear()
        self.deliver_all()

    # What people and processes do.

    def do_reserve(self, region: str, pieces: int) -> None:
        account = self.view(region)
        try:
            after = self.faults.reserve(account, region, pieces, FAR)
        except NoRightsError:
            self.refused += 1
            self.save(region, ask(account, region, pieces))
            return
        self.accepted += 1
        self.save(region, ask(after, region))
        self.sales.append(Sale(region, after.part(region).sold, pieces, True, 0))

    def do_sell(self, region: str, pieces: int) -> None:
        account = self.view(region)
        rights = account.rights(region)
        assert rights is not None
        after = sell(account, region, pieces)
        self.save(region, after)
        overdrawn = min(pieces, max(0, pieces - rights))
        self.sales.append(Sale(region, after.part(region).sold, pieces, False, overdrawn))

    def do_settle(self, region: str, *, back: bool) -> None:
        open_ones = [
            sale
            for sale in self.sales
            if sale.region == region and sale.reserved and not (sale.returned or sale.gone)
        ]
        if not open_ones:
            return
        sale = self.rng.choice(open_ones)
        account = self.view(region)
        if back:
            self.save(region, give_back(account, region, sale.position, sale.pieces))
            sale.returned = True
        else:
            self.save(region, hand_out(account, region, sale.position))
            sale.gone = True

    def may_count(self, region: str) -> bool:
        """Whether a region has the latest count; two at once are another matter."""
        account = self.view(region)
        known = account.epoch.stamp if account.epoch else None
        latest = max((stamp for stamp, *_ in self.counts), default=None)
        return known == latest or self.concurrent_counts

    def do_count(self, region: str, pieces: int) -> None:
        if not self.may_count(region):
            return
        account = self.view(region)
        known = account.epoch.stamp if account.epoch else None
        debts = self.debts(region)
        stamp = self.clocks[region].tick(*([known] if known else []))
        counted = self.faults.count(account, pieces, stamp, self.regions, self.now)
        self.write(region, COUNT, counted.account.epoch)
        before = next((seen for at, _, seen in self.counts if at == known), {})
        seen = {one: max(account.part(one).sold, before.get(one, 0)) for one in self.regions}
        self.counts.append((stamp, counted, seen))
        self.owed[stamp] = debts

    def debts(self, here: str) -> int:
        """Return what tills in other regions than `here` sold beyond rights and nobody covered.

        From what all regions wrote themselves, whatever has arrived where.
        """
        parts = {one: self.view(one).part(one) for one in self.regions}
        account = Account(self.view(here).epoch, parts)
        return sum(max(0, -(account.rights(one) or 0)) for one in self.regions if one != here)

    def do_grant(self, region: str) -> None:
        account = self.view(region)
        after = grant(account, region)
        if not self.faults.receiver_writes:
            self.save(region, after)
            return
        for taker in self.regions:  # the planted fault: the taker writes the giver's item
            if after.part(region).given.get(taker, 0) > account.part(region).given.get(taker, 0):
                its = self.view(taker)
                given = grant(its, region)
                self.write(taker, region, given.part(region))

    def step(self) -> None:
        rng = self.rng
        self.now += rng.choice((0, 1, 50, 2_000))
        up = [region for region in self.regions if region not in self.down]
        region = rng.choice(up)
        match rng.randrange(100):
            case n if n < 28:
                self.do_reserve(region, rng.choice((1, 1, 2, 3, 6)))
            case n if n < 34:
                self.do_sell(region, rng.choice((1, 1, 2)))
            case n if n < 42:
                self.do_settle(region, back=rng.random() < 0.6)
            case n if n < 48:
                self.do_count(region, rng.randrange(0, 40))
            case n if n < 60:
                self.do_grant(region)
            case n if n < 88:
                self.deliver(rng.choice(list(self.ways)))
            case n if n < 94:
                pair = rng.choice(list(self.ways))
                self.cuts ^= {pair, pair[::-1]} if rng.random() < 0.7 else {pair}
            case n if n < 97:
                self.down = {rng.choice(self.regions)} if not self.down else set()
            case _:
                self.heal()
        self.check()

    # The verdict, from the ledger.

    def in_force(self) -> tuple[Stamp, Counted, dict[str, int]]:
        return max(self.counts, key=lambda one: one[0])

    def oversold(self) -> int:
        """Pieces sold beyond the latest count, from what really happened."""
        _, counted, seen = self.in_force()
        epoch = counted.account.epoch
        assert epoch is not None
        taken = 0
        for sale in self.sales:
            known = sale.position <= seen[sale.region]
            left_out = known and sale.position in epoch.held.get(sale.region, {})
            if not known and not sale.returned:
                taken += sale.pieces
            elif left_out and sale.returned:
                taken -= sale.pieces
        return taken - epoch.pieces

    def allowed(self) -> int:
        """Pieces that may be short: those that a count missed, and what tills overdrew.

        Of what they overdrew before the count, what nobody had covered by then.
        """
        stamp, counted, seen = self.in_force()
        overdrawn = sum(sale.overdrawn for sale in self.sales if sale.position > seen[sale.region])
        return counted.missing + overdrawn + self.owed[stamp]

    def check(self) -> None:
        over = self.oversold()
        self.short = max(self.short, over)
        if not self.concurrent_counts:
            assert over <= max(0, self.allowed()), f"{over} oversold, {self.allowed()} explained"

    def finish(self) -> None:
        """Heal; all regions must agree, and what is short must be reported."""
        self.heal()
        self.check()
        views = [self.view(region) for region in self.regions]
        assert all(view == views[0] for view in views), "the regions differ"
        left = views[0].left()
        assert left == -self.oversold(), f"{left} left, {self.oversold()} oversold"
        assert max(0, -(views[0].left() or 0)) == max(0, self.oversold())
        rights = [views[0].rights(region) for region in self.regions]
        assert sum(right or 0 for right in rights) == left, "rights are not what is left"


class Shelf(World):
    """Four regions, where every count finds what really is on the shelf.

    What was lost the counting region had the rights to. So no piece is ever missing, and none may
    be promised that is not there: whatever the counting region had not seen. This judges by the
    goods alone, not by positions or by what a count said.

    Attributes:
        brought: Pieces that were brought to the store in all.
        overdraw: Whether tills sell pieces to which their region holds no rights.
    """

    brought = 0
    overdraw = False

    def __post_init__(self) -> None:
        self.regions = (*REGIONS, "sa")
        super().__post_init__()

    def step(self) -> None:
        """Take a step in a trade in which rights move often, and items arrive unevenly."""
        rng = self.rng
        self.now += rng.choice((0, 1, 50, 2_000))
        region = rng.choice(self.regions)
        match rng.randrange(100):
            case n if n < 30:
                busy = rng.choice(self.regions[:2])
                for _ in range(rng.randrange(1, 8)):
                    self.do_reserve(busy, rng.choice((1, 2, 4, 8)))
            case n if n < 34:
                self.do_reserve(region, rng.choice((1, 3, 9)))
            case n if n < 37:
                self.do_sell(region, rng.choice((1, 1, 2, 5)))
            case n if n < 43:
                self.do_settle(region, back=rng.random() < 0.3)
            case n if n < 50:
                knowing = [one for one in self.regions if self.may_count(one)]
                self.do_count(rng.choice(knowing), rng.randrange(20, 80))
            case n if n < 75:
                self.do_grant(region)
            case n if n < 98:
                pair = rng.choice(list(self.ways))
                for _ in range(len(self.ways[pair]) if rng.random() < 0.8 else 1):
                    self.deliver(pair)
            case _:
                self.heal()
        self.check()

    def shelf(self) -> int:
        """Return the pieces that are in the store, also those that wait for guests."""
        return self.brought - sum(one.pieces for one in self.sales if one.gone or not one.reserved)

    def do_sell(self, region: str, pieces: int) -> None:
        if self.overdraw or (self.view(region).rights(region) or 0) >= pieces:
            super().do_sell(region, pieces)

    def do_count(self, region: str, pieces: int) -> None:
        if not self.may_count(region):
            return
        if not self.counts or self.rng.random() < 0.4:
            self.brought += pieces
        self.brought -= self.lost(self.view(region), region, self.rng.random())
        super().do_count(region, self.shelf())

    def lost(self, account: Account, region: str, share: float) -> int:
        """Return pieces that are not there, which the counting region may have sold itself.

        Args:
            account: The counter as the region has it when it counts.
            region: The region.
            share: 0 to 1; in most cases nothing is lost.
        """
        return int(max(0, account.rights(region) or 0) * max(0.0, share * 4 - 3))

    def check(self) -> None:
        super().check()
        waiting = (one for one in self.sales if one.reserved and not (one.gone or one.returned))
        promised = sum(one.pieces for one in waiting)
        # And what guests could be promised now, if they came to all regions at once.
        more = sum(max(0, self.view(one).rights(one) or 0) for one in self.regions)
        short = promised + more - self.shelf()
        overdrawn = sum(one.overdrawn for one in self.sales)
        assert short <= overdrawn, (
            f"{promised} promised, {more} may follow; {self.shelf()} are there, {overdrawn} owed"
        )


class Tills(Shelf):
    """Shelves from which tills take more than their region holds rights to."""

    overdraw = True


def run(
    seed: int,
    steps: int,
    faults: Faults | None = None,
    *,
    concurrent: bool = False,
    kind: type[World] = World,
) -> World:
    world = kind(random.Random(seed), faults or Faults(), concurrent)
    for _ in range(steps):
        world.step()
    world.finish()
    return world


def fails(
    seed: int, steps: int, faults: Faults | None = None, *, kind: type[World] = World
) -> bool:
    """Whether a schedule, the same one each time, finds a planted fault."""
    try:
        run(seed, steps, faults, kind=kind)
    except AssertionError:
        return True
    return False


def epoch_of(account: Account) -> Epoch:
    assert account.epoch is not None
    return account.epoch
