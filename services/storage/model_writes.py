"""Writing items through PynamoDB's models."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.transactions import TransactWrite

from services.domain.documents.layout import Body
from services.domain.stamp import Stamp
from services.storage import keys, kinds
from services.storage.exceptions import RevisionMovedError
from services.storage.fast.failures import MOVED_ALONE, MOVED_TOGETHER
from services.storage.keys import Key
from services.storage.models import Item
from services.storage.replica import Write

_COUNTED: Final = "TOTAL"


class ModelWriter:
    """Writes items of a bound model."""

    def __init__(self, item: type[Item]) -> None:
        self._item = item

    def put(self, write: Write) -> None:
        """Write one item; see `writing.Writer.put`."""
        try:
            self._model(write).save(condition=self._as_read(write.replaces))
        except PutError as error:
            # Not `error.cause_response_code`, which fails where there was no response.
            response = getattr(error.cause, "response", None) or {}
            if response.get("Error", {}).get("Code") not in MOVED_ALONE:
                raise
            moved = f"{write.key.pk} / {write.key.sk} moved on from {write.replaces}"
            raise RevisionMovedError(moved) from error

    def transact(self, writes: Sequence[Write], standing: Mapping[Key, str | None]) -> None:
        """Write all items or none; see `writing.Writer.transact`."""
        connection = self._item._get_connection().connection  # noqa: SLF001
        try:
            with TransactWrite(
                connection=connection, return_consumed_capacity=_COUNTED
            ) as transaction:
                for write in writes:
                    condition = self._as_read(write.replaces)
                    transaction.save(self._model(write), condition=condition)
                for key, rev in standing.items():
                    transaction.condition_check(self._item, *key, condition=self._as_read(rev))
        except TransactWriteError as error:
            if any(one and one.code in MOVED_TOGETHER for one in error.cancellation_reasons):
                raise RevisionMovedError(f"{writes[0].key.pk}: an item moved on") from error
            raise

    def _model(self, write: Write) -> Item:
        item = new_item(self._item, write.key, write.body, rev=write.rev)
        item.expires = write.expires
        return item

    def _as_read(self, rev: str | None) -> Any:
        return self._item.pk.does_not_exist() if rev is None else self._item.rev == rev


def new_item(model: type[Item], key: Key, body: Body, *, rev: Stamp) -> Item:
    """Return the item that stores a document."""
    content: dict[str, Any] = {"packed": body} if kinds.is_packed(key) else {"body": body}
    if key.sk.startswith(keys.FACTS_PREFIX):
        from services.domain.orders.part import read_listing

        # An item is in the sparse indexes by what its writer put into the body.
        content.update(read_listing(body)._asdict())
    return model(key.pk, key.sk, rev=str(rev), **content)
