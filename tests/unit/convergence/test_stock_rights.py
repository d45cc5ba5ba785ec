"""Rights to counted pieces move to the regions that need them, in three regions in process."""

import itertools

import pytest

from services.convergence.stock_rights import RightsMovement
from services.domain.documents import stock_rights
from services.domain.documents.stock import Stock
from services.domain.documents.stock_rights import account_of
from services.storage import keys
from services.storage.replica import Replica
from tests.support.mrec import GlobalTable, MemoryReplica
from tests.support.order_story import REGIONS
from tests.support.rights import sellable_without

EU, US, AP = NEAREST = REGIONS
STOCK = keys.stock("s1")


class Chain:
    """A store near the first region, whose stock three regions know."""

    def __init__(self, counted: int) -> None:
        self.tables = GlobalTable(REGIONS)
        self.replicas = {name: MemoryReplica(self.tables, name) for name in REGIONS}
        self._read = dict.fromkeys(REGIONS, 0)

        def edit(_: object, stamp: object) -> Stock:
            return stock_rights.counted(Stock("s1", {}), "ring", counted, stamp, NEAREST)  # type: ignore[arg-type]  # a stamp

        self.replicas[EU].change(STOCK, edit)
        self.tables.deliver_all()
        self.settle()

    def stock(self, region: str) -> Stock:
        found = held(self.replicas[region])
        assert found is not None
        return found

    def rights(self, seen_in: str = EU) -> dict[str, int]:
        account = account_of(self.stock(seen_in).line("ring"))
        return {region: account.rights(region) or 0 for region in REGIONS}

    def sell(self, region: str, pieces: int) -> None:
        def edit(current: object, _: object) -> Stock:
            assert isinstance(current, Stock)
            return current.sold("ring", pieces, region)

        self.replicas[region].change(STOCK, edit)

    def refuse(self, region: str, pieces: int) -> None:
        """An order of so many pieces was refused there."""

        def edit(current: object, _: object) -> Stock:
            assert isinstance(current, Stock)
            return stock_rights.moved(current, "ring", region, pieces)

        self.replicas[region].change(STOCK, edit)

    def settle(self) -> int:
        """Let all streams be read and everything arrive until nothing happens; writes made."""
        total = 0
        for _ in range(50):
            written = sum(self._follow(region) for region in REGIONS)
            self.tables.deliver_all()
            total += written
            if not written and all(
                len(one.stream) == self._read[name] for name, one in self.tables.regions.items()
            ):
                return total
        raise AssertionError("rights move for ever")

    def _follow(self, region: str) -> int:
        stream = self.tables.regions[region].stream
        fresh, self._read[region] = stream[self._read[region] :], len(stream)
        movement = RightsMovement(self.replicas[region])
        return sum(movement.look_at(change) for change in fresh)


def held(replica: Replica) -> Stock | None:
    document = replica.held(STOCK).document
    return document if isinstance(document, Stock) else None


def test_a_region_that_sells_its_share_out_gets_rights_of_one_that_has_plenty() -> None:
    chain = Chain(100)
    assert chain.rights() == {EU: 90, US: 10, AP: 0}
    chain.sell(US, 9)
    chain.tables.deliver_all()
    chain.settle()
    rights = chain.rights()
    assert rights[US] > 1
    assert sum(rights.values()) == 91
    assert rights == chain.rights(US) == chain.rights(AP)


def test_movement_comes_to_rest_and_a_record_that_comes_again_moves_nothing() -> None:
    chain = Chain(100)
    chain.sell(US, 10)
    chain.tables.deliver_all()
    assert chain.settle() > 0
    before = chain.rights()
    chain._read = dict.fromkeys(REGIONS, 0)
    assert chain.settle() == 0
    assert chain.rights() == before


@pytest.mark.parametrize("left", [1, 2, 5])
def test_a_region_that_refused_an_order_gets_the_last_pieces_in_the_end(left: int) -> None:
    chain = Chain(left)
    chain.refuse(AP, left)
    chain.tables.deliver_all()
    for _ in range(8):  # each change of the stock moves on
        chain.settle()
    assert chain.rights()[AP] >= max(0, left // 2)
    assert sum(chain.rights().values()) == left


def test_no_piece_is_sold_twice_while_rights_move_under_a_partition() -> None:
    chain = Chain(20)
    chain.tables.cuts.update({(EU, US), (US, EU)})
    chain.sell(US, 2)
    chain.refuse(US, 5)
    chain.refuse(AP, 5)
    for pair in itertools.permutations(REGIONS, 2):
        while chain.tables.pending[pair] and pair not in chain.tables.cuts:
            chain.tables.deliver(pair, 0)
    for region in REGIONS:
        account = account_of(chain.stock(region).line("ring"))
        while (account.rights(region) or 0) > 0:
            chain.sell(region, 1)
            account = account_of(chain.stock(region).line("ring"))
    chain.tables.deliver_all()
    chain.settle()
    assert chain.stock(EU).left("ring") == 0


@pytest.mark.parametrize("counted", [37, 100, 1000])
@pytest.mark.parametrize("away", [US, AP])
def test_nine_tenths_are_sellable_while_a_region_that_is_not_the_nearest_is_away(
    counted: int, away: str
) -> None:
    chain = Chain(counted)
    assert sellable_without(account_of(chain.stock(EU).line("ring")), away) >= 0.9
    # A morning's sales, a tenth of them far away: the shares change, and little stays far away.
    for _ in range(5):
        chain.sell(EU, counted // 20)
        chain.sell(US, max(1, counted // 200))
        chain.tables.deliver_all()
        chain.settle()
    assert sellable_without(account_of(chain.stock(EU).line("ring")), away) >= 0.85


def test_a_record_of_a_stock_that_was_deleted_since_moves_nothing() -> None:
    chain = Chain(100)
    chain.sell(US, 9)
    empty = GlobalTable(REGIONS)
    movement = RightsMovement(MemoryReplica(empty, US))
    changes = chain.tables.regions[US].stream
    assert changes
    assert [movement.look_at(change) for change in changes] == [0] * len(changes)
    assert held(MemoryReplica(empty, US)) is None
