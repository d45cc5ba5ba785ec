"""The replica of one region as DynamoDB serves it: past PynamoDB where that is the same."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from services.domain.documents.layout import Body
from services.domain.stamp import HybridClock, Stamp
from services.storage import capacity, keys
from services.storage.binding import Binding
from services.storage.exceptions import DeadlinePassedError, UnreadableItemError
from services.storage.keys import Key
from services.storage.reading import Reader, choose
from services.storage.replica import Listed, Replica, Stored, Write

if TYPE_CHECKING:
    from services.domain.orders.table_indexes import Index
    from services.storage.models import Item
    from services.storage.writing import Writer

# Far longer than a replica takes to show a write to eventually consistent reads.
_SETTLED_S: Final = 2.0
_MANY: Final = 1000


class Table(Replica):
    """One region's replica of the table, reached through DynamoDB.

    PynamoDB is imported when something is read or written that the fast reader and writer do not
    do, or where they are off: it takes a cold start six times as long as all that a menu needs.

    Attributes:
        binding: Which table, where.
        reader: How it is read.
        writes: How many times this process has begun to write or ended writing; what was read at
            another number may be older than our own last write.
    """

    def __init__(
        self,
        binding: Binding,
        clock: HybridClock | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(binding.region, clock)
        self.binding = binding
        self.reader = choose(binding, self._model_reader)
        self.writes = 0
        self._monotonic = monotonic
        self._item: type[Item] | None = None
        self._lock = threading.Lock()
        self._written: dict[str, float] = {}

    @property
    def item(self) -> "type[Item]":
        """The PynamoDB model of this table."""
        with self._lock:
            if self._item is None:
                item = _bound(self.binding)
                events = item._get_connection().connection.client.meta.events  # noqa: SLF001
                events.register("after-call.dynamodb", _record)
                events.register("before-send.dynamodb", refuse_after_deadline)
                self._item = item
            return self._item

    def _model_reader(self) -> Reader:
        from services.storage.model_reads import ModelReader

        return ModelReader(self.item)

    @cached_property
    def _writer(self) -> "Writer":
        from services.storage.writing import SwitchingWriter

        return SwitchingWriter(self._fast_writer, self._model_writer)

    def _fast_writer(self) -> "Writer | None":
        fast = self.reader.fast
        return None if fast is None else fast.writer

    def _model_writer(self) -> "Writer":
        from services.storage.model_writes import ModelWriter

        return ModelWriter(self.item)

    def get(self, key: Key, *, consistent: bool = False) -> Stored | None:
        """One GetItem; none for a key that DynamoDB cannot hold, but refuses; see `Replica.get`."""
        return self.reader.get(key, consistent=consistent) if keys.can_exist(key) else None

    def partition(
        self,
        pk: str,
        *,
        prefix: str | None = None,
        newest: int | None = None,
        consistent: bool = False,
    ) -> list[Stored]:
        """All documents of a partition (whose sort keys start with `prefix`), in one Query a MB.

        `newest` gives only so many, from the highest sort key down. A partition that DynamoDB
        cannot hold, but refuses, is empty.
        """
        if len(pk) > keys.SURELY_FITS and not keys.is_partition(pk):
            return []
        return self.reader.query(pk, prefix=prefix, newest=newest, consistent=consistent)

    def onward(
        self,
        pk: str,
        start: str,
        unreadable: Callable[[UnreadableItemError], object] | None = None,
    ) -> Iterator[Stored]:
        """One Query a MB, as far as it is iterated; see `Replica.onward`."""
        from services.storage.model_reads import onward

        if not keys.is_partition(pk):
            return iter(())
        return onward(self.item, pk, start, unreadable)

    def get_many(self, wanted: Iterable[Key], *, consistent: bool = False) -> dict[Key, Stored]:
        """Return those of the documents that exist, read 100 a request."""
        possible = filter(keys.can_exist, wanted)
        found = self.reader.batch(possible, consistent=consistent)
        return {stored.key: stored for stored in found}

    def scan(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send one Scan request and return its answer, as botocore decodes it."""
        client: Any = self.item._get_connection().connection.client  # noqa: SLF001
        answer: dict[str, Any] = client.scan(**request)
        return answer

    def listed(
        self,
        index: "Index",
        partition: str,
        *,
        after: str | None = None,
        until: str | None = None,
        limit: int | None = None,
    ) -> list[Listed]:
        """One Query of an index a MB; see `Replica.listed`."""
        from services.storage.model_reads import of_index

        if not keys.is_partition(partition):
            return []
        return of_index(self.item, index, partition, after=after, until=until, limit=limit)

    def close(self) -> None:
        """Close idle connections, as before a snapshot; the next request opens one."""
        self.reader.close()

    def wrote_lately(self, pk: str) -> bool:
        """Return whether this process wrote to a partition a moment ago.

        Reads that are only eventually consistent might not show it yet.
        """
        if not self._written:
            return False
        return self._monotonic() - self._written.get(pk, float("-inf")) < _SETTLED_S

    def _writing(self, pks: Iterable[str]) -> None:
        now = self._monotonic()
        if len(self._written) > _MANY:
            self._written = {pk: at for pk, at in self._written.items() if now - at < _SETTLED_S}
        self._written.update(dict.fromkeys(pks, now))
        self.writes += 1

    def write(self, write: Write) -> None:
        """One PutItem; see `Replica.write`."""
        self._writing([write.key.pk])
        try:
            self._writer.put(write)
        finally:
            self._writing([write.key.pk])

    def transact(self, writes: Sequence[Write]) -> None:
        """One TransactWriteItems; see `Replica.transact`."""
        self.transact_while(writes, {})

    def transact_while(self, writes: Sequence[Write], standing: Mapping[Key, str | None]) -> None:
        """One TransactWriteItems; see `Replica.transact_while`."""
        pks = {write.key.pk for write in writes}
        self._writing(pks)
        try:
            self._writer.transact(writes, standing)
        finally:
            self._writing(pks)

    def new_item(self, key: Key, body: Body, *, rev: Stamp) -> "Item":
        """Return the item that stores a document."""
        from services.storage.model_writes import new_item

        return new_item(self.item, key, body, rev=rev)

    def create_many(self, documents: Mapping[Key, Body], *, rev: Stamp) -> None:
        """Write documents that were not there a moment ago, 25 a request.

        BatchWriteItem takes no conditions. Should another writer have created one of them in that
        moment, the stream Lambda joins the two: no write here depends on being the last.
        """
        pks = {key.pk for key in documents}
        try:
            with self.item.batch_write() as batch:
                for key, body in documents.items():
                    batch.save(self.new_item(key, body, rev=rev))
        finally:
            self._writing(pks)


def _bound(binding: Binding) -> "type[Item]":
    if binding.dax_endpoint:
        from services.storage.dax import bind_through_dax

        return bind_through_dax(binding, binding.dax_endpoint)
    from services.storage.models import bind

    return bind(binding)


def _record(parsed: dict[str, Any], model: Any, **_: Any) -> None:
    capacity.record(model.name, parsed)


def refuse_after_deadline(**_: Any) -> None:
    """Keep botocore from another attempt, as a handler of its event `before-send.dynamodb`.

    Raises:
        DeadlinePassedError: The time that the request may take is over.
    """
    left = capacity.seconds_left()
    if left is not None and left <= 0:
        raise DeadlinePassedError("the request took too long to ask DynamoDB once more")
