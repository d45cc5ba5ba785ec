"""Reads by PynamoDB's models."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from services.domain.orders.table_indexes import BOARD, WORK, Index
from services.storage.exceptions import UnreadableItemError
from services.storage.keys import Key
from services.storage.models import Item
from services.storage.replica import Listed, Stored


class ModelReader:
    """Reads items by PynamoDB's models."""

    def __init__(self, item: type[Item]) -> None:
        self._item = item

    def get(self, key: Key, *, consistent: bool) -> Stored | None:
        """Return an item, or None if there is none."""
        try:
            with _readable(key):
                return _stored(self._item.get(*key, consistent_read=consistent))
        except self._item.DoesNotExist:
            return None

    def query(
        self, pk: str, *, prefix: str | None, newest: int | None, consistent: bool
    ) -> list[Stored]:
        """Return the items of a partition."""
        found = self._item.query(
            pk,
            self._item.sk.startswith(prefix) if prefix else None,
            consistent_read=consistent,
            scan_index_forward=newest is None,
            limit=newest,
        )
        with _readable(Key(pk, prefix or "")):
            return [_stored(item) for item in found]

    def batch(self, wanted: Iterable[Key], *, consistent: bool) -> list[Stored]:
        """Return the items of these keys that exist."""
        keys = sorted(set(wanted))
        found = self._item.batch_get(keys, consistent_read=consistent)
        with _readable(keys[0] if len(keys) == 1 else Key("one of several", "")):
            return [_stored(item) for item in found]

    def close(self) -> None:
        """Close idle connections; the next read opens one."""
        self._item._get_connection().connection.client.close()  # noqa: SLF001


def of_index(
    item: type[Item],
    index: Index,
    partition: str,
    *,
    after: str | None,
    until: str | None,
    limit: int | None,
) -> list[Listed]:
    """Return the items of a partition of an index; see `Replica.listed`."""
    by = {BOARD: item.board_index, WORK: item.work_index}[index]
    place = {BOARD: item.board_at, WORK: item.work_at}[index]
    if until is None:
        range_ = None
    else:
        # No sort key has a character below `!`, so this is the first place after `after`.
        range_ = place < until if after is None else place.between(f"{after}!", until)
    found = by.query(partition, range_, limit=limit)
    with _readable(Key(partition, index.name)):
        return [Listed(getattr(one, index.sort), _stored(one)) for one in found]


def onward(
    item: type[Item],
    pk: str,
    start: str,
    unreadable: Callable[[UnreadableItemError], object] | None = None,
) -> Iterator[Stored]:
    """Yield the items of a partition from a sort key on; see `Replica.onward`."""
    found = item.query(pk, item.sk >= start, consistent_read=True)
    place, taken = Key(pk, start), 0
    while True:
        try:
            with _readable(place):
                one = next(found, None)
                stored = None if one is None else _stored(one)
        except UnreadableItemError as error:
            # Where all items that were read are taken, a whole page cannot be read.
            if unreadable is None or taken == found.total_count:
                raise
            taken += 1
            last = found.last_evaluated_key
            key = Key(last["pk"]["S"], last["sk"]["S"]) if last else Key(pk, f"after {place.sk}")
            unreadable(UnreadableItemError(key, repr(error.__cause__)))
            continue
        if stored is None:
            return
        place, taken = stored.key, taken + 1
        yield stored


@contextmanager
def _readable(key: Key) -> Iterator[None]:
    """Turn what PynamoDB raises for a damaged item into an `UnreadableItemError` with this key."""
    try:
        yield
    except (zlib.error, ValueError, TypeError) as error:
        raise UnreadableItemError(key, repr(error)) from error


def _stored(item: Item) -> Stored:
    body = item.packed if item.body is None else item.body
    expires = None if item.expires is None else int(item.expires)
    if not isinstance(body or {}, dict):
        raise TypeError("its body is no JSON object")
    return Stored(Key(item.pk, item.sk), item.rev or "", body or {}, expires)
