"""Stock as bounded counters: counting shares pieces out, an order reserves from its region's share.

The rules are those of `services.domain.rights`; here they are applied to stored stock lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from services.domain.documents.stock import Stock, return_key
from services.domain.documents.stock_line import Count, Holds, Slot, StockLine
from services.domain.register import Register
from services.domain.rights import counting, transfers
from services.domain.rights.account import Account, Epoch, Hold, Part
from services.domain.rights.selling import hand_out, reserve
from services.domain.stamp import Stamp

HOLD_S: Final = 6 * 3600  # after the pickup time, goods that nobody collected are taken for gone


def account_of(line: StockLine) -> Account:
    """Return an item's bounded counter."""
    parts = {region: _part(region, slot) for region, slot in line.slots.items()}
    if line.count is None:
        return Account(parts=parts)
    count, stamp = line.count.value, line.count.stamp
    shares = {stamp.region: count.pieces} if count.shares is None else count.shares
    held = {region: _holds(rows) for region, rows in count.held.items()}
    epoch = Epoch(stamp, count.counted, count.pieces, shares, count.seen, count.given, held)
    return Account(epoch, parts)


def counted(  # noqa: PLR0917 - what a count depends on
    stock: Stock, item_id: str, pieces: int, stamp: Stamp, nearest: Sequence[str] = (), now: int = 0
) -> Stock:
    """Return the stock after somebody counted an item, having seen all sales in here.

    Args:
        stock: The stock as the counting region has it.
        item_id: The item.
        pieces: Pieces that were there, 0 or more.
        stamp: Of the count.
        nearest: All regions, nearest to the store first, among which the pieces are shared out;
            empty: the counting region gets all that no other region may be selling.
        now: Unix seconds. A reservation that ended before is taken for collected; the goods of
            one that did not are still in the store.
    """
    line = stock.line(item_id)
    found = counting.count(
        account_of(line), pieces, stamp, tuple(nearest) or (stamp.region,), now
    ).account.epoch
    assert found is not None  # noqa: S101 - a count opens an epoch
    # Sales that only others name, as what they took back, were not seen: reservations that have not
    # arrived may lie among them. Where they were lost with the slot, fewer are sold than are there,
    # until the next count.
    seen = found.seen
    everything_here = found.shares == {stamp.region: found.pieces}
    count = Count(
        found.pieces,
        seen,
        None if everything_here else {one: share for one, share in found.shares.items() if share},
        found.counted - found.pieces,
        {region: given for region, given in found.seen_given.items() if given},
        {region: _rows(holds) for region, holds in found.held.items() if holds},
    )
    return stock.with_line(item_id, replace(line, count=Register(count, stamp)))


def reserved(  # noqa: PLR0917 - what a reservation depends on
    stock: Stock, item_id: str, pieces: int, region: str, until: int, now: int = 0
) -> tuple[Stock, int]:
    """Return the stock after a region reserved pieces, and the position of the reservation.

    What the region took back of earlier reservations is kept small here, where the count in force
    is known; and reservations of which nobody recorded that they were collected are forgotten.

    Args:
        stock: The stock as the region has it.
        item_id: The item. Where nobody has counted it yet, the first count will hold the pieces.
        pieces: Pieces, at least 1.
        region: The region, which needs rights to them where the item is counted.
        until: When the goods are taken for gone, Unix seconds.
        now: Unix seconds; the goods of a reservation that ended before are taken for gone.

    Raises:
        NoRightsError: The region holds too few rights.
    """
    line = stock.line(item_id)
    account = reserve(account_of(line), region, pieces, until, line.position(region), now)
    part = account.part(region)
    slot = line.slots.get(region, Slot())
    after = replace(
        slot,
        sold=part.sold,
        held=_rows(part.held),
        version=part.version,
        back=slot.back.folded(_settled_up_to(line, region, now)),
    )
    return _with_slot(stock, item_id, region, after), part.sold


def given_back(  # noqa: PLR0917 - what names a reservation
    stock: Stock, item_id: str, pieces: int, region: str, position: int, order_id: str
) -> Stock:
    """Return the stock after a region gave a reservation back; twice is like once.

    Args:
        stock: The stock as the region has it.
        item_id: The item.
        pieces: Pieces of the reservation.
        region: The region that reserved them, and gives them back.
        position: Position of the reservation.
        order_id: Id of the order.
    """
    after = _released(stock.line(item_id), region, position)
    # So did earlier versions of carte name it.
    if return_key(f"{order_id}/{region}") not in after.returns:
        after = replace(after, back=after.back.taking_back(position, pieces))
    return _with_slot(stock, item_id, region, after)


def _settled_up_to(line: StockLine, region: str, now: int) -> int:
    """Return the position up to which what a region took back means nothing to the count in force.

    The counter had seen it, and no reservation up to there has its goods in the store any more.
    Where nobody has counted yet, the first count will have seen what the region knows now.
    """
    slot = line.slots.get(region)
    if slot is None:
        return 0
    open_ones = [at for at, (_, until) in slot.held.items() if until > now]
    if line.count is None:
        return min([slot.sold, *(at - 1 for at in open_ones)])
    count = line.count.value
    waiting = [*open_ones, *count.held.get(region, {})]
    return min([count.seen.get(region, 0), *(at - 1 for at in waiting)])


def handed_out(stock: Stock, item_id: str, region: str, position: int) -> Stock:
    """Return the stock after the goods of a reservation left the store; twice is like once."""
    after = _released(stock.line(item_id), region, position)
    return _with_slot(stock, item_id, region, after)


def moved(stock: Stock, item_id: str, region: str, refused: int = 0) -> Stock:
    """Return the stock after a region gave rights to those that need them, or requested some.

    Args:
        stock: The stock as the region has it.
        item_id: The item.
        region: The region.
        refused: Pieces of an order that the region just had to refuse for lack of rights; else 0.
    """
    line = stock.line(item_id)
    before = account_of(line)
    after = transfers.ask(transfers.grant(before, region), region, refused)
    if after == before:
        return stock
    slot, part = line.slots.get(region, Slot()), after.part(region)
    changed = replace(slot, given=part.given, wanted=part.wanted)
    if slot.wanted != part.wanted:
        changed = replace(changed, version=slot.version + 1)
    # A region that never sold has no slot yet: it gives rights all the same.
    return _with_slot(stock, item_id, region, replace(changed, sold=line.position(region)))


def _released(line: StockLine, region: str, position: int) -> Slot:
    part = hand_out(account_of(line), region, position).part(region)
    return replace(line.slots.get(region, Slot()), held=_rows(part.held), version=part.version)


def _with_slot(stock: Stock, item_id: str, region: str, slot: Slot) -> Stock:
    line = stock.line(item_id)
    return stock.with_line(item_id, replace(line, slots={**line.slots, region: slot}))


def _part(region: str, slot: Slot) -> Part:
    returns = {
        one.positions[region]: one.pieces
        for one in slot.returns.values()
        if region in one.positions
    }
    held = _holds(slot.held)
    return Part(slot.version, slot.sold, returns, held, slot.given, slot.wanted, slot.back)


def _holds(holds: Holds) -> dict[int, Hold]:
    return {at: Hold(pieces, until) for at, (pieces, until) in holds.items()}


def _rows(holds: Mapping[int, Hold]) -> dict[int, tuple[int, int]]:
    return {at: (hold.pieces, hold.until) for at, hold in holds.items()}
