"""Many changes at once, for seeding and imports: read in hundreds, write what really changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from services.domain.documents.layout import Body
from services.domain.stamp import Stamp
from services.storage.keys import Key
from services.storage.kinds import Document
from services.storage.table import Stored, Table

CHUNK: Final = 100  # BatchGetItem's limit

Edit = Callable[[Document | None, Stamp], Document]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many documents a bulk change created, changed and found as they should be."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def total(self) -> int:
        """All documents looked at."""
        return self.created + self.changed + self.unchanged

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.created + other.created,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
        )


def apply(table: Table, edits: Mapping[Key, Edit]) -> Iterator[Outcome]:
    """Apply an edit to each document; yields after every hundred, so that progress can be shown.

    Each document is written whole or not at all. Running it again with the same edits changes
    nothing, because an entry that already has its value keeps its stamp.
    """
    for chunk in _chunks(edits.items()):
        yield _apply(table, dict(chunk))


def _apply(table: Table, edits: dict[Key, Edit]) -> Outcome:
    found = table.get_many(edits, consistent=True)
    documents = {key: stored.document() for key, stored in found.items()}
    for key, stored in found.items():
        _observe(table, stored, documents[key])
    stamp = table.clock.tick()
    new: dict[Key, Body] = {}
    changed = 0
    for key, edit in edits.items():
        body = edit(documents.get(key), stamp).dump()
        if key not in found:
            new[key] = body
        elif body != found[key].body:
            table.change(key, edit)
            changed += 1
    if new:
        table.create_many(new, rev=stamp)
    return Outcome(len(new), changed, len(edits) - len(new) - changed)


def _observe(table: Table, stored: Stored, document: Document) -> None:
    table.clock.observe(Stamp.parse(stored.rev))
    for stamp in document.stamps():
        table.clock.observe(stamp)


def _chunks(items: Iterable[tuple[Key, Edit]]) -> Iterator[list[tuple[Key, Edit]]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
