"""The same regions and counter as `counter_world`, kept in stored stock documents."""

from typing import Any

import orjson

from services.domain.documents import stock_rights
from services.domain.documents.stock import Stock
from services.domain.rights.account import Account
from services.domain.rights.counting import Counted
from services.domain.rights.selling import NoRightsError
from tests.property.orders.counter_world import COUNT, FAR, Sale, Shelf, World

ITEM = "ring"


class StockWorld(World):
    """What is written and what travels are bodies of items; rights are those of `stock_rights`."""

    def stock(self, region: str) -> Stock:
        """Return the stock as a region has it, read back from its stored layout."""
        found = Stock("s1", {})
        for version in self.items[region].values():
            found = found.merge(version.value)
        return found

    def view(self, region: str) -> Account:
        return stock_rights.account_of(self.stock(region).line(ITEM))

    def write(self, region: str, key: str, value: Any) -> None:
        part = value.counts() if key == COUNT else value.sales_in(key)
        body = orjson.loads(orjson.dumps(part.dump()))
        super().write(region, key, Stock.load("s1", body))

    def keep(self, region: str, after: Stock) -> None:
        """Write the region's own item where it changed."""
        before = self.stock(region).sales_in(region)
        if after.sales_in(region) != before:
            self.write(region, region, after)

    def do_reserve(self, region: str, pieces: int) -> None:
        stock = self.stock(region)
        try:
            after, position = stock_rights.reserved(stock, ITEM, pieces, region, FAR)
        except NoRightsError:
            self.refused += 1
            self.keep(region, stock_rights.moved(stock, ITEM, region, pieces))
            return
        self.accepted += 1
        self.keep(region, stock_rights.moved(after, ITEM, region))
        self.sales.append(Sale(region, position, pieces, True, 0))

    def do_sell(self, region: str, pieces: int) -> None:
        stock = self.stock(region)
        rights = stock_rights.account_of(stock.line(ITEM)).rights(region)
        assert rights is not None
        after = stock.sold(ITEM, pieces, region)
        self.keep(region, after)
        overdrawn = min(pieces, max(0, pieces - rights))
        self.sales.append(Sale(region, after.position(ITEM, region), pieces, False, overdrawn))

    def do_settle(self, region: str, *, back: bool) -> None:
        open_ones = [
            (at, sale)
            for at, sale in enumerate(self.sales)
            if sale.region == region and sale.reserved and not (sale.returned or sale.gone)
        ]
        if not open_ones:
            return
        at, sale = self.rng.choice(open_ones)
        stock = self.stock(region)
        if back:
            named = (sale.pieces, region, sale.position, f"order-{at}")
            self.keep(region, stock_rights.given_back(stock, ITEM, *named))
            sale.returned = True
        else:
            self.keep(region, stock_rights.handed_out(stock, ITEM, region, sale.position))
            sale.gone = True

    def do_count(self, region: str, pieces: int) -> None:
        if not self.may_count(region):
            return
        stock = self.stock(region)
        account = stock_rights.account_of(stock.line(ITEM))
        known = account.epoch.stamp if account.epoch else None
        debts = self.debts(region)
        stamp = self.clocks[region].tick(*([known] if known else []))
        after = stock_rights.counted(stock, ITEM, pieces, stamp, self.regions, self.now)
        self.write(region, COUNT, after)
        before = next((seen for at, _, seen in self.counts if at == known), {})
        seen = {one: max(account.part(one).sold, before.get(one, 0)) for one in self.regions}
        missing = self._missing(account, stock_rights.account_of(after.line(ITEM)), region)
        found = stock_rights.account_of(after.line(ITEM))
        self.counts.append((stamp, Counted(found, missing), seen))
        self.owed[stamp] = debts

    def _missing(self, before: Account, after: Account, here: str) -> int:
        """Return the pieces that other regions may sell beyond those that were counted."""
        assert after.epoch is not None
        others = {one for one in self.regions if one != here}
        kept = sum(before.rights(one) or 0 for one in others)
        return max(0, kept - after.epoch.pieces)

    def do_grant(self, region: str) -> None:
        stock = self.stock(region)
        self.keep(region, stock_rights.moved(stock, ITEM, region))

    def finish(self) -> None:
        super().finish()
        left = {self.stock(region).left(ITEM) for region in self.regions}
        assert left == {-self.oversold()}, "what menus show is not what is left"
        for region in self.regions:
            bodies = [
                orjson.loads(orjson.dumps(version.value.dump()))
                for version in self.items[region].values()
            ]
            assert Stock.read("s1", bodies).left(ITEM) in left, "the fast way reads another number"


class StockShelf(Shelf, StockWorld):
    """Stored stock documents, where every count finds what really is on the shelf."""
