"""Many documents at once, for seeding and imports: read in hundreds, write what really changed."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeVar

from services.domain.documents.layout import Body
from services.domain.stamp import Stamp
from services.storage import parts
from services.storage.keys import Key
from services.storage.kinds import Document
from services.storage.replica import Stored
from services.storage.table import Table

CHUNK: Final = 100  # BatchGetItem's limit
# Enough that DynamoDB works while Python encodes the next chunk; more only queue for the GIL.
_THREADS: Final = 3

Edit = Callable[[Document | None, Stamp], Document]
Make = Callable[[Stamp], Document]

A = TypeVar("A")
B = TypeVar("B")


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

    @property
    def written(self) -> int:
        """Documents that were not as they should be."""
        return self.created + self.changed

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.created + other.created,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
        )


@dataclass(frozen=True, slots=True)
class Creation:
    """The result of one batch: the keys it created, and the documents that were there before."""

    created: tuple[Key, ...] = ()
    present: Mapping[Key, Stored] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """The numbers of documents created and left alone."""
        return Outcome(created=len(self.created), unchanged=len(self.present))


def apply(table: Table, edits: Mapping[Key, Edit]) -> Generator[Outcome]:
    """Apply an edit to each document; yields after every hundred, so that progress can be shown.

    Each document is written whole or not at all. Running it again with the same edits changes
    nothing, because an entry that already has its value keeps its stamp.
    """
    return _in_threads(lambda chunk: _apply(table, dict(chunk)), _chunks(edits.items()))


def create(table: Table, batches: Iterable[Mapping[Key, Make]]) -> Iterator[Creation]:
    """Make the documents that are not there yet and leave the others alone, batch by batch.

    All new documents of a batch carry one stamp. A batch of up to 100 is one read and four writes.
    """
    return _in_threads(lambda batch: _create(table, batch), batches)


def _create(table: Table, batch: Mapping[Key, Make]) -> Creation:
    present = table.get_many(batch, consistent=True)
    missing = {key: make for key, make in batch.items() if key not in present}
    if missing:
        stamp = table.clock.tick()
        table.create_many({key: make(stamp).dump() for key, make in missing.items()}, rev=stamp)
    return Creation(tuple(missing), present)


def _apply(table: Table, edits: dict[Key, Edit]) -> Outcome:
    found = table.get_many(edits, consistent=True)
    documents = {key: stored.document() for key, stored in found.items()}
    new: dict[Key, Body] = {}
    changed = 0
    for key, edit in edits.items():
        if parts.is_divided(key):
            # An edit applies to the join of all parts, so they are read together.
            before = table.held(key)
            after = table.change(key, edit)
            changed += bool(before.writes(after, table.clock.tick()))
            continue
        stamp = table.next_stamp(found.get(key), documents.get(key))
        body = edit(documents.get(key), stamp).dump()
        if key not in found:
            new[key] = body
        elif body != found[key].body:
            table.change(key, edit)
            changed += 1
    if new:
        table.create_many(new, rev=table.clock.tick())
    return Outcome(len(new), changed, len(edits) - len(new) - changed)


def _chunks(items: Iterable[A]) -> Iterator[list[A]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _in_threads(work: Callable[[A], B], items: Iterable[A]) -> Generator[B]:
    """Results in the order of the items; the items are taken as they are needed, not all at once.

    The first failure is raised, after the work in flight has ended and before any more begins. An
    interruption is raised after the results of the work in flight.
    """
    with ThreadPoolExecutor(_THREADS, "bulk") as pool:
        running: deque[Future[B]] = deque()
        try:
            for item in items:
                running.append(pool.submit(work, item))
                if len(running) > _THREADS:
                    result = running[0].result()
                    running.popleft()
                    yield result
            while running:
                result = running[0].result()
                running.popleft()
                yield result
        except KeyboardInterrupt:
            begun = [future for future in running if not future.cancel()]
            running.clear()
            for future in begun:
                yield future.result()
            raise
        finally:
            for future in running:
                future.cancel()


def interrupted(results: Generator[B]) -> Iterator[B]:
    """Yield the results of work in flight after an interruption, and begin no more.

    Args:
        results: As `apply` returns them; whether the interruption came within or between them.
    """
    with suppress(KeyboardInterrupt, StopIteration):
        yield results.throw(KeyboardInterrupt)
        yield from results
