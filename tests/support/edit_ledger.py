"""The answers to edits, and whether documents keep what they say; without any rule of merging."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogDraft
from services.domain.documents.journal import Change
from services.domain.documents.person import PersonRoles
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.register import Register
from services.domain.stamp import Stamp
from services.storage.keys import Key
from services.storage.kinds import Document


@dataclass
class EditLedger:
    """Acknowledged edits.

    Attributes:
        writes: Document and entry to every value it was set to, when, and over which value.
        sold: Operation to what it sold of which document's items.
        answers: Operation to the answers that its clients got.
        recorded: Sale to the regions that recorded it, and where their counters stood after it.
        operations: Document and stamp of a write to its operation.
        counts: Document and item to every count: its stamp, its pieces and the sales whose goods
            the counter no longer saw on the shelf.
    """

    writes: defaultdict[tuple[Key, str], list[tuple[Stamp, Change]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    sold: dict[str, tuple[Key, dict[str, int]]] = field(default_factory=dict)
    answers: defaultdict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    recorded: defaultdict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    operations: dict[tuple[Key, Stamp], str] = field(default_factory=dict)
    counts: defaultdict[tuple[Key, str], list[tuple[Stamp, int, frozenset[str]]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def changed(
        self, document: Key, stamp: Stamp, changes: tuple[Change, ...], operation_id: str
    ) -> None:
        self.operations[document, stamp] = operation_id
        for change in changes:
            self.writes[document, change.entry].append((stamp, change))

    def counted(
        self, document: Key, item: str, stamp: Stamp, pieces: int, shown: Document | None
    ) -> None:
        """Note a count by someone in whose region the stock is as `shown`.

        What that region has on record has left the shelf, as far as anyone there can say: sales,
        and what the count before had seen of sales that have not arrived yet.
        """
        line = shown.lines.get(item) if isinstance(shown, Stock) else None
        known = {region: slot.sold for region, slot in line.slots.items()} if line else {}
        if line and line.count:
            for region, at in line.count.value.seen.items():
                known[region] = max(at, known.get(region, 0))
        seen = {
            sale
            for sale, positions in self.recorded.items()
            if self.sold[sale][0] == document and item in self.sold[sale][1]
            if any(known.get(region, 0) >= at for region, at in positions.items())
        }
        self.counts[document, item].append((stamp, pieces, frozenset(seen)))

    def answered(self, operation_id: str, answer: Any, *, retry: bool) -> None:
        found = self.answers[operation_id]
        assert not retry or answer in found, f"{operation_id}: answered {answer} after {found}"
        found.append(answer)

    def check(self, read: Callable[[Key], Document | None]) -> None:
        """Every acknowledged write stands, or a later one that did not come back from the dead."""
        for (key, entry), writes in self.writes.items():
            standing = _register(read(key), entry)
            assert standing is not None, f"{key} {entry} is lost"
            latest, change = max(writes, key=lambda one: one[0])
            found = f"{key} {entry}: {standing}, but {latest} wrote {change.value}; of {writes}"
            assert (standing.stamp, standing.value) == (latest, change.value), found
            replaced = {one.seen for _, one in writes}
            assert standing.stamp not in replaced, f"resurrected: {found}"
        sold: Counter[tuple[Key, str]] = Counter()
        for key, lines in self.sold.values():
            sold.update({(key, item): pieces for item, pieces in lines.items()})
        for (key, item), pieces in sold.items():
            stock = read(key)
            assert isinstance(stock, Stock), f"{key} is lost"
            slots = stock.lines[item].slots if item in stock.lines else {}
            net = sum(slot.net for slot in slots.values())
            assert net == pieces, f"{key} {item}: sold {pieces}, counted {net}: {slots}"
        self._check_left(read)

    def lost(self) -> set[tuple[Key, str, str]]:
        """Document, entry and operation of every acknowledged edit that nobody ever saw.

        Except for those whose value stands: an edit may be applied in several regions, and it was
        seen where one of its applications was. Nor is one lost whose value somebody else, who had
        not seen it, set after its last application.
        """
        found = set()
        for (key, entry), writes in self.writes.items():
            seen = {self.operations.get((key, one.seen)) for _, one in writes if one.seen}
            standing = self.operations[key, max(stamp for stamp, _ in writes)]
            by_stamp = sorted(writes, key=lambda write: write[0])
            last = {self.operations[key, stamp]: (stamp, one) for stamp, one in by_stamp}
            for operation, (stamp, made) in last.items():
                is_set_again = any(
                    one.value == made.value and (one.seen is None or one.seen < stamp)
                    for later, one in writes
                    if later > stamp
                )
                if operation != standing and operation not in seen and not is_set_again:
                    found.add((key, entry, operation))
        return found

    def _check_left(self, read: Callable[[Key], Document | None]) -> None:
        """What is left is what was counted last, less each sale that the counter had not seen."""
        for (key, item), counts in self.counts.items():
            _, pieces, seen = max(counts, key=lambda one: one[0])
            unseen = {
                name: lines[item]
                for name, (document, lines) in self.sold.items()
                if document == key and item in lines and name not in seen
            }
            stock = read(key)
            assert isinstance(stock, Stock), f"{key} is lost"
            left = stock.left(item)
            really = pieces - sum(unseen.values())
            found = f"{pieces} counted, {unseen} sold since: {stock.lines[item]}"
            assert left == really, f"{key} {item}: {left} left, really {really}; {found}"


def _register(document: Document | None, entry: str) -> Register[Any] | None:
    item, _, name = entry.partition("/")
    match document:
        case Assortment():
            return document.lines.get(item, {}).get(name)
        case PersonRoles() | StoreProfile():
            return document.registers.get(entry)
        case CatalogDraft():
            return document.registers.get(name)
        case Stock() if (line := document.lines.get(item)) and line.count:
            return Register(line.count.value.pieces, line.count.stamp)
        case _:
            return None
