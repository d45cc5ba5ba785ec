"""What staff's edits make of documents: pure functions from a document to the next and its changes.

Each returns the new document and the registers that it set, with the stamp of what each of them
replaced: that is how concurrent edits are recognised later.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.journal import Change
from services.domain.documents.stock import Stock
from services.domain.register import Register
from services.domain.stamp import Stamp

# Below every real stamp: what a store sells before anyone edits must never beat an edit.
_ORIGIN: Final = Stamp(0, "origin")

MAX_PIECES: Final = 1_000_000  # of one item in one store; more is a slip of the keyboard


def edit_assortment(
    current: Assortment | None,
    store_id: str,
    lines: Mapping[str, Mapping[str, Any]],
    standard: Iterable[str],
    stamp: Stamp,
) -> tuple[Assortment, tuple[Change, ...]]:
    """Set properties of items.

    Args:
        current: None where the store sold the standard range so far.
        store_id: the store's id.
        lines: item id to {property: value}.
        standard: ids of the standard range, which the first edit of a store writes down.
        stamp: of the edit.
    """
    if current is None or not current.lines:
        listed = {
            item: {"listed": Register(value=True, stamp=_ORIGIN)} for item in sorted(standard)
        }
        current = Assortment(store_id, listed)
    edited = current.assign(lines, stamp, again=True)
    changes = [
        Change(f"{item}/{name}", value, _stamp(current.lines.get(item, {}).get(name)))
        for item, properties in sorted(lines.items())
        for name, value in sorted(properties.items())
        if edited.lines[item][name].stamp == stamp
    ]
    return edited, tuple(changes)


def count_stock(
    current: Stock | None, store_id: str, counts: Mapping[str, int], stamp: Stamp
) -> tuple[Stock, tuple[Change, ...]]:
    """Note that someone counted pieces of items, having seen all sales known here."""
    stock = current or Stock(store_id, {})
    changes = []
    for item, pieces in sorted(counts.items()):
        line = stock.lines.get(item)
        changes.append(Change(f"{item}/count", pieces, _stamp(line.count if line else None)))
        stock = stock.counted(item, pieces, stamp)
    return stock, tuple(changes)


def sell(current: Stock | None, store_id: str, sold: Mapping[str, int], region: str) -> Stock:
    """Add pieces sold to a region's own counters."""
    stock = current or Stock(store_id, {})
    for item, pieces in sorted(sold.items()):
        stock = stock.sold(item, pieces, region)
    return stock


def edit_draft(
    current: CatalogDraft | None, market: str, item_id: str, fields: Mapping[str, Any], stamp: Stamp
) -> tuple[CatalogDraft, tuple[Change, ...]]:
    """Set fields of a catalog item's draft."""
    draft = current or CatalogDraft(market, item_id, {})
    edited = draft.assign(fields, stamp, again=True)
    changes = [
        Change(f"{item_id}/{name}", register.value, _stamp(draft.registers.get(name)))
        for name, register in edited.registers.items()
        if register.stamp == stamp
    ]
    return edited, tuple(changes)


def _stamp(register: Register[Any] | None) -> Stamp | None:
    return None if register is None else register.stamp
