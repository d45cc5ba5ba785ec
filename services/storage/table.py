"""The replica of one region as DynamoDB serves it, through PynamoDB."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.transactions import TransactWrite

from services.domain.documents.layout import Body
from services.domain.stamp import HybridClock, Stamp
from services.storage import capacity, kinds
from services.storage.exceptions import RevisionMovedError
from services.storage.keys import Key
from services.storage.models import Binding, Item, bind
from services.storage.replica import Replica, Stored, Write

_MOVED: Final = {"ConditionalCheckFailed", "TransactionConflict"}
_MOVED_ALONE: Final = {"ConditionalCheckFailedException", "TransactionConflictException"}


class Table(Replica):
    """One region's replica of the table, reached through DynamoDB.

    Attributes:
        binding: which table, where.
    """

    def __init__(self, binding: Binding, clock: HybridClock | None = None) -> None:
        super().__init__(binding.region, clock)
        self.binding = binding
        self.item: type[Item] = bind(binding)
        events = self.item._get_connection().connection.client.meta.events  # noqa: SLF001
        events.register("after-call.dynamodb", _record)

    def get(self, key: Key, *, consistent: bool = False) -> Stored | None:
        """One GetItem; see `Replica.get`."""
        try:
            return _stored(self.item.get(*key, consistent_read=consistent))
        except self.item.DoesNotExist:
            return None

    def partition(
        self,
        pk: str,
        *,
        prefix: str | None = None,
        newest: int | None = None,
        consistent: bool = False,
    ) -> list[Stored]:
        """All documents of a partition (whose sort keys start with `prefix`), in one Query a MB.

        `newest` gives only so many, from the highest sort key down.
        """
        found = self.item.query(
            pk,
            self.item.sk.startswith(prefix) if prefix else None,
            consistent_read=consistent,
            scan_index_forward=newest is None,
            limit=newest,
        )
        return [_stored(item) for item in found]

    def get_many(self, wanted: Iterable[Key], *, consistent: bool = False) -> dict[Key, Stored]:
        """Those of the documents that exist, read 100 a request."""
        found = self.item.batch_get(sorted(set(wanted)), consistent_read=consistent)
        return {stored.key: stored for stored in map(_stored, found)}

    def write(self, write: Write) -> None:
        """One PutItem; see `Replica.write`."""
        try:
            self._item(write).save(condition=self._standing(write))
        except PutError as error:
            if error.cause_response_code not in _MOVED_ALONE:
                raise
            moved = f"{write.key.pk} / {write.key.sk} moved on from {write.replaces}"
            raise RevisionMovedError(moved) from error

    def transact(self, writes: Sequence[Write]) -> None:
        """One TransactWriteItems; see `Replica.transact`."""
        connection = self.item._get_connection().connection  # noqa: SLF001
        try:
            with TransactWrite(connection=connection) as transaction:
                for write in writes:
                    transaction.save(self._item(write), condition=self._standing(write))
        except TransactWriteError as error:
            if any(reason and reason.code in _MOVED for reason in error.cancellation_reasons):
                raise RevisionMovedError(f"{writes[0].key.pk}: an item moved on") from error
            raise

    def _item(self, write: Write) -> Item:
        item = self.new_item(write.key, write.body, rev=write.rev)
        item.expires = write.expires
        return item

    def _standing(self, write: Write) -> Any:
        if write.replaces is None:
            return self.item.pk.does_not_exist()
        return self.item.rev == write.replaces

    def new_item(self, key: Key, body: Body, *, rev: Stamp) -> Item:
        """The item that stores a document."""
        content: dict[str, Any] = {"packed": body} if kinds.is_packed(key) else {"body": body}
        return self.item(key.pk, key.sk, rev=str(rev), **content)

    def create_many(self, documents: Mapping[Key, Body], *, rev: Stamp) -> None:
        """Write documents that were not there a moment ago, 25 a request.

        BatchWriteItem takes no conditions. Should another writer have created one of them in that
        moment, the stream Lambda joins the two: no write here depends on being the last.
        """
        with self.item.batch_write() as batch:
            for key, body in documents.items():
                batch.save(self.new_item(key, body, rev=rev))


def _stored(item: Item) -> Stored:
    body = item.packed if item.body is None else item.body
    expires = None if item.expires is None else int(item.expires)
    return Stored(Key(item.pk, item.sk), item.rev, body or {}, expires)


def _record(parsed: dict[str, Any], model: Any, **_: Any) -> None:
    capacity.record(model.name, parsed)
