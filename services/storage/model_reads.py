"""Reads by PynamoDB's models."""

from collections.abc import Iterable

from services.storage.keys import Key
from services.storage.models import Item
from services.storage.replica import Stored


class ModelReader:
    """See `reading.Reader`."""

    def __init__(self, item: type[Item]) -> None:
        self._item = item

    def get(self, key: Key, *, consistent: bool) -> Stored | None:
        """See `reading.Reader`."""
        try:
            return _stored(self._item.get(*key, consistent_read=consistent))
        except self._item.DoesNotExist:
            return None

    def query(
        self, pk: str, *, prefix: str | None, newest: int | None, consistent: bool
    ) -> list[Stored]:
        """See `reading.Reader`."""
        found = self._item.query(
            pk,
            self._item.sk.startswith(prefix) if prefix else None,
            consistent_read=consistent,
            scan_index_forward=newest is None,
            limit=newest,
        )
        return [_stored(item) for item in found]

    def batch(self, wanted: Iterable[Key], *, consistent: bool) -> list[Stored]:
        """See `reading.Reader`."""
        found = self._item.batch_get(sorted(set(wanted)), consistent_read=consistent)
        return [_stored(item) for item in found]

    def close(self) -> None:
        """See `reading.Reader`."""
        self._item._get_connection().connection.client.close()  # noqa: SLF001


def _stored(item: Item) -> Stored:
    body = item.packed if item.body is None else item.body
    expires = None if item.expires is None else int(item.expires)
    return Stored(Key(item.pk, item.sk), item.rev, body or {}, expires)
