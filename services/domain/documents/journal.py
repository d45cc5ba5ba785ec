"""The edit journal: for each entry set, the author, value, time, region and replaced stamp.

One immutable entry per mutation, under the document it changed. Two writes of one entry were
concurrent when the later one (by stamp) had not seen the earlier one; the journal has both, so what
lost is never gone without a trace.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

from services.domain.documents.layout import Body, InvalidDocumentError
from services.domain.stamp import InvalidStampError, Stamp

_VALUE: Final = 4  # index of the value in a stored side of a conflict
_COUNT: Final = "/count"  # ends the path of an item's count in a stock
RECORD_WASTE: Final = "recordWaste"
"""The action of entries whose pieces were thrown away, not sold."""
TAKE_BACK_WASTE: Final = "takeBackWaste"
"""The action of entries by which a record of waste left the figures; they have no pieces."""
EDIT_BEGINS: Final = '{"set":[["'
"""How the stored text of an entry that set registers begins."""


@dataclass(frozen=True, slots=True)
class Change:
    """One register that was set.

    Attributes:
        entry: Path within the document: `glazed/price`, `glazed/count`.
        value: What it was set to.
        seen: Stamp of the value that this write replaced; None: there was none.
    """

    entry: str
    value: Any
    seen: Stamp | None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One mutation of one document.

    Attributes:
        document: Partition and sort key of the document.
        stamp: Of the write; its region is where it was written.
        operation_id: Of the mutation.
        author: Subject of the token that the mutation came with.
        action: Name of the mutation.
        changes: The registers it set.
        sold: Item id to pieces that it counted as sold.
        applied: How its region applied it, in the layout of `operation.Applied.dump`, so that an
            operation that two regions applied is found from the journal; None in entries of 0.1.0.
        counts: What it counted, in the layout of `stock.Stock.dump`; None where it counted nothing.
        device: The client's description of its device; None: there is none.
    """

    document: tuple[str, str]
    stamp: Stamp
    operation_id: str
    author: str
    action: str
    changes: tuple[Change, ...] = ()
    sold: tuple[tuple[str, int], ...] = ()
    applied: list[Any] | None = None
    counts: Body | None = None
    device: str | None = None

    def dump(self) -> Body:
        """Return its stored layout.

        `set` comes first: by the first characters of the text the stream's filter distinguishes
        edits from sales (`EDIT_BEGINS`).
        """
        found: Body = {
            "set": [
                [change.entry, change.value, str(change.seen) if change.seen else None]
                for change in self.changes
            ],
            "op": self.operation_id,
            "by": self.author,
            "do": self.action,
            "sold": [list(line) for line in self.sold],
        }
        if self.applied is not None:
            found["applied"] = self.applied
        if self.counts is not None:
            found["counts"] = self.counts
        if self.device is not None:
            found["device"] = self.device
        return found

    @classmethod
    def load(cls, document: tuple[str, str], stamp: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        try:
            return cls(
                document,
                Stamp.parse(stamp),
                body["op"],
                body["by"],
                body["do"],
                tuple(
                    Change(entry, value, Stamp.parse(seen) if seen else None)
                    for entry, value, seen, *_ in body["set"]
                ),
                tuple((item, pieces) for item, pieces, *_ in body["sold"]),
                body.get("applied"),
                body.get("counts"),
                body.get("device"),
            )
        except (KeyError, TypeError, ValueError, InvalidStampError) as error:
            raise InvalidDocumentError(f"not a journal entry: {error!r}") from error


@dataclass(frozen=True, slots=True)
class EditConflict:
    """Two people set one entry at once: neither had seen the other's value.

    Attributes:
        document: Partition and sort key of the document.
        entry: Path within the document.
        standing: The write that the lost one was beaten by, and its value: the first one above it
            that had not seen it. Of two counts, the one that was counted later is above
            (`stock_line.counting_order`); of other values, the one with the higher stamp.
        lost: The write below, and its value.
    """

    document: tuple[str, str]
    entry: str
    standing: JournalEntry
    standing_value: Any
    lost: JournalEntry
    lost_value: Any

    def dump(self) -> Body:
        """Return its stored layout: both sides, so that no journal need be read to show it."""
        return {
            "document": list(self.document),
            "entry": self.entry,
            "standing": _dump_side(self.standing, self.standing_value),
            "lost": _dump_side(self.lost, self.lost_value),
        }

    @classmethod
    def load(cls, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        try:
            pk, sk = body["document"]
            document, entry = (pk, sk), body["entry"]
            standing = _load_side(document, body["standing"])
            lost = _load_side(document, body["lost"])
            values = body["standing"][_VALUE], body["lost"][_VALUE]
            return cls(document, entry, standing, values[0], lost, values[1])
        except (KeyError, TypeError, ValueError, IndexError, InvalidStampError) as error:
            raise InvalidDocumentError(f"not a conflict: {error!r}") from error


def _dump_side(entry: JournalEntry, value: Any) -> list[Any]:
    return [str(entry.stamp), entry.operation_id, entry.author, entry.action, value]


def _load_side(document: tuple[str, str], row: list[Any]) -> JournalEntry:
    stamp, operation_id, author, action, _, *_ = row
    return JournalEntry(document, Stamp.parse(stamp), operation_id, author, action)


def conflicts(entries: Iterable[JournalEntry]) -> Iterator[EditConflict]:
    """Yield the concurrent writes among the journal entries of one document, newest loss first.

    An operation that several regions applied is one write: it is lost only when no write had seen
    any of its applications and another operation's value stands; its last application is shown.
    Nor is a write lost whose value another one, above it, set as well without having seen it: that
    one stands, or is a conflict of its own.
    """
    writes: defaultdict[str, list[tuple[JournalEntry, Change]]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: one.stamp):
        for change in entry.changes:
            writes[change.entry].append((entry, change))
    found = []
    for path, history in writes.items():
        order = _order(path, history)
        history.sort(key=lambda one: order(one[0].stamp))
        # A value that a later write had seen was replaced, not lost; unseen, it is a conflict.
        replaced = {change.seen for _, change in history}
        kept = {entry.operation_id for entry, _ in history if entry.stamp in replaced}
        kept.add(history[-1][0].operation_id)
        last = {entry.operation_id: entry.stamp for entry, _ in history}
        for at, (entry, change) in enumerate(history):
            if entry.operation_id in kept or entry.stamp != last[entry.operation_id]:
                continue
            unseeing = [
                (later, its.value)
                for later, its in history[at + 1 :]
                if _had_not_seen(its, entry.stamp, order)
            ]
            if all(value != change.value for _, value in unseeing):
                standing = next(iter(unseeing), None)
                if standing is not None:
                    found.append(EditConflict(entry.document, path, *standing, entry, change.value))
    yield from sorted(found, key=lambda one: (one.lost.stamp, one.entry), reverse=True)


def _had_not_seen(
    change: Change, stamp: Stamp, order: Callable[[Stamp], tuple[int, str, Stamp]]
) -> bool:
    """Return whether whoever made a change had not seen a write, nor any above it."""
    return change.seen is None or order(change.seen) < order(stamp)


def _order(
    path: str, history: Iterable[tuple[JournalEntry, Change]]
) -> Callable[[Stamp], tuple[int, str, Stamp]]:
    """Return the function that orders the writes of an entry, by their stamps, as documents do."""
    if not path.endswith(_COUNT):
        return lambda stamp: (0, "", stamp)
    # Imported here: other edits need no stock.
    from services.domain.documents.stock import Stock
    from services.domain.documents.stock_line import counting_order

    orders: dict[Stamp, tuple[int, str, Stamp]] = {}
    item = path.removesuffix(_COUNT)
    for entry, _ in history:
        count = Stock.load("", entry.counts).line(item).count if entry.counts else None
        if count is not None:
            orders[entry.stamp] = counting_order(count)
    return lambda stamp: orders.get(stamp, (stamp.unix_ms, "", stamp))


def is_answered(found: EditConflict, entries: Iterable[JournalEntry]) -> bool:
    """Return whether journal entries show that a conflict is none.

    It is none where a write had seen an application of the lost operation, or where the operation
    was applied again later: then the later application stands, or is a conflict of its own. The
    same holds where a write above the lost one set its value without having seen it. Further
    entries never change that, so a journal of which a part has arrived withdraws nothing wrongly.

    Args:
        found: The conflict.
        entries: Of the document's journal, in any order.
    """
    lost = found.lost
    history = [
        (entry, change)
        for entry in entries
        for change in entry.changes
        if change.entry == found.entry
    ]
    own = {entry.stamp for entry, _ in history if entry.operation_id == lost.operation_id}
    applied = own | {lost.stamp}
    seen = {change.seen for _, change in history}
    if max(applied) > lost.stamp or not seen.isdisjoint(applied):
        return True
    if lost.stamp not in own:
        return False  # what orders it is no longer known
    equal = [
        (entry, change)
        for entry, change in history
        if change.value == found.lost_value and entry.stamp != lost.stamp
    ]
    if not equal:
        return False  # the order of counts is read from all their lines
    order = _order(found.entry, history)
    return any(
        order(entry.stamp) > order(lost.stamp) and _had_not_seen(change, lost.stamp, order)
        for entry, change in equal
    )
