"""The edit journal: for each entry set, the author, value, time, region and replaced stamp.

One immutable entry per mutation, under the document it changed. Two writes of one entry were
concurrent when the later one (by stamp) had not seen the earlier one; the journal has both, so what
lost is never gone without a trace.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from services.domain.documents.layout import Body, InvalidDocumentError
from services.domain.stamp import InvalidStampError, Stamp


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

    def dump(self) -> Body:
        """Return its stored layout."""
        found: Body = {
            "op": self.operation_id,
            "by": self.author,
            "do": self.action,
            "set": [
                [change.entry, change.value, str(change.seen) if change.seen else None]
                for change in self.changes
            ],
            "sold": [list(line) for line in self.sold],
        }
        if self.applied is not None:
            found["applied"] = self.applied
        if self.counts is not None:
            found["counts"] = self.counts
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
                    for entry, value, seen in body["set"]
                ),
                tuple((item, pieces) for item, pieces in body["sold"]),
                body.get("applied"),
                body.get("counts"),
            )
        except (KeyError, TypeError, ValueError, InvalidStampError) as error:
            raise InvalidDocumentError(f"not a journal entry: {error!r}") from error


@dataclass(frozen=True, slots=True)
class EditConflict:
    """Two people set one entry at once: neither had seen the other's value.

    Attributes:
        entry: Path within the document.
        standing: The write with the higher stamp, and its value.
        lost: The write with the lower stamp, and its value.
    """

    document: tuple[str, str]
    entry: str
    standing: JournalEntry
    standing_value: Any
    lost: JournalEntry
    lost_value: Any


def conflicts(entries: Iterable[JournalEntry]) -> Iterator[EditConflict]:
    """Concurrent writes among the journal entries of one document, newest loss first.

    A retry that two regions applied is no conflict: the operation is the same, and a write that had
    seen one of its entries had seen the operation.
    """
    writes: defaultdict[str, list[tuple[JournalEntry, Change]]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: one.stamp):
        for change in entry.changes:
            writes[change.entry].append((entry, change))
    found = []
    for path, history in writes.items():
        # A value that a later write had seen was replaced, not lost; unseen, it is a conflict.
        replaced = {change.seen for _, change in history}
        seen = {entry.operation_id for entry, _ in history if entry.stamp in replaced}
        for at, (entry, change) in enumerate(history):
            if entry.operation_id in seen:
                continue
            for later, its in history[at + 1 :]:
                unseen = its.seen is None or its.seen < entry.stamp
                if unseen and later.operation_id != entry.operation_id:
                    lost = EditConflict(entry.document, path, later, its.value, entry, change.value)
                    found.append(lost)
                    break
    yield from sorted(found, key=lambda one: (one.lost.stamp, one.entry), reverse=True)
