"""The same regions and counter as `stock_world`, written by the code that writes them in regions.

Each write may meet another one that was made between its reading and its writing, in the same
region: a count, a reservation, a grant or the end of an order.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count as numbers
from typing import Any

from services.convergence.repair import Change
from services.convergence.stock_rights import RightsMovement
from services.domain.documents import stock_rights
from services.domain.documents.stock import Stock
from services.domain.rights.account import Account
from services.domain.rights.counting import Counted
from services.domain.rights.selling import NoRightsError
from services.domain.stamp import Stamp
from services.storage import keys, parts
from services.storage.kinds import Document
from services.storage.operations import Edited, Operation, OperationRepository
from services.storage.replica import Held, Replica, Write
from tests.property.orders.counter_world import FAR, Sale, Shelf
from tests.property.orders.stock_world import ITEM
from tests.support.mrec import GlobalTable, MemoryReplica

KEY = keys.stock("s1")


def in_two_items(replica: Replica, edit: Callable[[Stock], Stock]) -> None:
    """Write a region's own part while the count stands, as `OrderPlacement` does."""

    def attempt() -> None:
        held = replica.held(KEY)
        after = edit(stock_in(held))
        part = parts.own_part(KEY, replica.region)
        rev = replica.clock.tick(*held.stamps())
        write = Write(part, after.sales_in(replica.region).dump(), rev, held.rev(part))
        replica.transact_while([write], {KEY: held.rev(KEY)})

    replica.retry("reservation", attempt)


def stock_in(held: Held) -> Stock:
    return held.document if isinstance(held.document, Stock) else Stock("s1", {})


@dataclass
class TableWorld(Shelf):
    """What is written are items of a global table, under the conditions of their writers."""

    tables: GlobalTable = field(init=False)
    replicas: dict[str, MemoryReplica] = field(init=False)
    raced: int = 0
    overtaking: bool = False
    operations: Any = field(default_factory=numbers)

    def __post_init__(self) -> None:
        self.tables = GlobalTable((*self.regions, "sa"))
        self.replicas = {name: MemoryReplica(self.tables, name) for name in self.tables.regions}
        super().__post_init__()
        self.ways = self.tables.pending  # type: ignore[assignment]  # other versions travel there

    def view(self, region: str) -> Account:
        return stock_rights.account_of(stock_in(self.replicas[region].held(KEY)).line(ITEM))

    def writer(self, region: str) -> MemoryReplica:
        """Return a process of a region that some other one may overtake."""
        if self.overtaking:
            return self.replicas[region]
        replica = MemoryReplica(self.tables, region, self.replicas[region].clock)
        if self.counts and self.rng.random() < 0.5:  # before it, nothing bounds a sale
            replica.interloper = partial(self.overtake, region)
        return replica

    def overtake(self, region: str) -> None:
        self.raced += 1
        self.overtaking = True  # nobody overtakes this one
        try:
            match self.rng.randrange(10):
                case n if n < 3:
                    self.do_count(region, self.rng.randrange(80))
                case n if n < 6:
                    self.do_grant(region)
                case n if n < 7:
                    self.do_settle(region, back=self.rng.random() < 0.5)
                case _:
                    self.do_reserve(region, self.rng.choice((1, 3, 9)))
        finally:
            self.overtaking = False

    def step(self) -> None:
        """Take a step among counts, reservations and grants, of which many meet in one region."""
        rng = self.rng
        self.now += rng.choice((0, 1, 50, 2_000))
        knowing = [one for one in self.regions if self.may_count(one)]
        match rng.randrange(10):
            case n if n < 2:
                self.do_count(rng.choice(knowing), rng.randrange(40, 160))
            case n if n < 5:
                self.do_reserve(rng.choice(self.regions), rng.choice((1, 2, 4, 8, 16)))
            case n if n < 8:
                self.do_grant(rng.choice(self.regions))
            case n if n < 9:
                self.do_settle(rng.choice(self.regions), back=rng.random() < 0.3)
            case _:
                self.heal()
        for pair in rng.sample(list(self.ways), 3):
            for _ in self.ways[pair][:]:
                self.deliver(pair)
        self.check()

    def deliver(self, pair: tuple[str, str]) -> None:
        self.tables.now_ms = 1_700_000_000_000 + self.now
        if self.tables.pending[pair]:
            self.tables.deliver(pair, self.rng.randrange(len(self.tables.pending[pair])))

    def deliver_all(self) -> None:
        self.tables.deliver_all()

    def do_reserve(self, region: str, pieces: int) -> None:
        made: list[int] = []

        def edit(stock: Stock) -> Stock:
            made.clear()
            try:
                after, position = stock_rights.reserved(stock, ITEM, pieces, region, FAR)
            except NoRightsError:
                return stock_rights.moved(stock, ITEM, region, pieces)
            made.append(position)
            return after

        in_two_items(self.writer(region), edit)
        self.accepted += len(made)
        self.refused += not made
        self.sales += [Sale(region, position, pieces, True, 0) for position in made]

    def do_sell(self, region: str, pieces: int) -> None:
        """Tills are left out: their sales are written whatever was counted."""

    def do_settle(self, region: str, *, back: bool) -> None:
        ones = [
            (at, one)
            for at, one in enumerate(self.sales)
            if one.region == region and not (one.returned or one.gone)
        ]
        if not ones:
            return
        at, sale = self.rng.choice(ones)

        def edit(stock: Stock) -> Stock:
            if back:
                named = (sale.pieces, region, sale.position, f"order-{at}")
                return stock_rights.given_back(stock, ITEM, *named)
            return stock_rights.handed_out(stock, ITEM, region, sale.position)

        # Not overtaken: of one order, only one of the two happens.
        self.replicas[region].change(KEY, lambda current, _: edit(_stock(current)))
        sale.returned, sale.gone = back, not back

    def do_count(self, region: str, pieces: int) -> None:
        if not self.may_count(region):
            return
        if not self.counts or self.rng.random() < 0.4:
            self.brought += pieces
        seen: dict[str, int] = {}
        lost, share = 0, self.rng.random()

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            nonlocal seen, lost
            before = _stock(current)
            account = stock_rights.account_of(before.line(ITEM))
            known = account.epoch.seen if account.epoch else {}
            seen = {one: max(account.part(one).sold, known.get(one, 0)) for one in self.regions}
            # Whoever counts looks at the shelf, and then at nothing more.
            lost = self.lost(account, region, share)
            there, now = self.shelf() - lost, self.now // 1000
            after = stock_rights.counted(before, ITEM, there, stamp, self.regions, now)
            return Edited(after, None)

        replica = self.writer(region)
        if self.rng.random() < 0.5:
            replica.change(KEY, lambda current, stamp: edit(current, stamp).document)
        else:
            name = f"count-{next(self.operations)}"
            operation = Operation(name, "recordStockCount", "f", "till", KEY)
            OperationRepository(replica).apply(operation, edit)
        self.brought -= lost
        found = self.view(region)
        assert found.epoch is not None
        self.counts.append((found.epoch.stamp, Counted(found, 0), seen))

    def do_grant(self, region: str) -> None:
        part = parts.own_part(KEY, self.rng.choice(self.regions))
        new = self.replicas[region].get(part)
        if new is not None:
            RightsMovement(self.writer(region)).look_at(Change(part, None, new))

    def allowed(self) -> int:
        """What a count missed is of no account here: see `Shelf.check`."""
        return 10**9

    def finish(self) -> None:
        """Heal; all regions must agree, and rights are what is left."""
        self.heal()
        self.check()
        views = [self.view(region) for region in self.regions]
        assert all(view == views[0] for view in views), "the regions differ"
        rights = sum(views[0].rights(region) or 0 for region in self.regions)
        assert rights == views[0].left(), "rights are not what is left"


def _stock(current: Document | None) -> Stock:
    return current if isinstance(current, Stock) else Stock("s1", {})


def world(seed: int) -> TableWorld:
    """Return a world of a seed before its first step."""
    return TableWorld(random.Random(seed))
