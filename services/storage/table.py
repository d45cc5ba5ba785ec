"""The table of one region: read documents, change them under a condition on their revision."""

import random
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pynamodb.exceptions import PutError

from services.domain.documents.layout import Body
from services.domain.stamp import HybridClock, Stamp
from services.storage import capacity, kinds
from services.storage.exceptions import ContentionError, RevisionMovedError
from services.storage.keys import Key
from services.storage.kinds import Document
from services.storage.models import Binding, Item, bind

_ATTEMPTS: Final = 8
_BACKOFF_S: Final = 0.02

D = TypeVar("D", bound=Document)


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it was read: its revision and its body."""

    key: Key
    rev: str
    body: Body

    def document(self) -> Document:
        """The document, decoded by its type."""
        return kinds.load(self.key, self.body)


class Table:
    """One region's replica of the table.

    Attributes:
        binding: which table, where.
        clock: makes the stamps of this region's writes.
    """

    def __init__(self, binding: Binding, clock: HybridClock | None = None) -> None:
        self.binding = binding
        self.clock = clock or HybridClock(binding.region)
        self.item: type[Item] = bind(binding)
        events = self.item._get_connection().connection.client.meta.events  # noqa: SLF001
        events.register("after-call.dynamodb", _record)

    def get(self, key: Key, *, consistent: bool = False) -> Stored | None:
        """One document, or None. `consistent` sees every write acknowledged in this region."""
        try:
            return _stored(self.item.get(*key, consistent_read=consistent))
        except self.item.DoesNotExist:
            return None

    def partition(
        self, pk: str, *, prefix: str | None = None, consistent: bool = False
    ) -> list[Stored]:
        """All documents of a partition (whose sort keys start with `prefix`), in one Query a MB."""
        condition = self.item.sk.startswith(prefix) if prefix else None
        found = self.item.query(pk, condition, consistent_read=consistent)
        return [_stored(item) for item in found]

    def get_many(self, wanted: Iterable[Key], *, consistent: bool = False) -> dict[Key, Stored]:
        """Those of the documents that exist, read 100 a request."""
        found = self.item.batch_get(sorted(set(wanted)), consistent_read=consistent)
        return {stored.key: stored for stored in map(_stored, found)}

    def put(self, key: Key, body: Body, *, rev: Stamp, replaces: str | None) -> None:
        """Write a document where its revision still is `replaces` (None: where there is none).

        Raises:
            RevisionMovedError: it is not; nothing was written.
        """
        item = self.new_item(key, body, rev=rev)
        moved = self.item.pk.does_not_exist() if replaces is None else self.item.rev == replaces
        try:
            item.save(condition=moved)
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            raise RevisionMovedError(f"{key.pk} / {key.sk} moved on from {replaces}") from error

    def new_item(self, key: Key, body: Body, *, rev: Stamp) -> Item:
        """The item that stores a document."""
        content: dict[str, Any] = {"packed": body} if kinds.is_packed(key) else {"body": body}
        return self.item(key.pk, key.sk, rev=str(rev), **content)

    def change(self, key: Key, edit: Callable[[Document | None, Stamp], D]) -> D:
        """Read a document, change it, write it back; again from the start if someone was faster.

        Args:
            key: which document.
            edit: gets the current document (None: there is none) and the stamp for what it sets;
                called once per attempt, so it must have no side effects.

        Raises:
            ContentionError: others were faster every time.
        """
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(random.uniform(0, _BACKOFF_S * 2**attempt))
            stored = self.get(key, consistent=True)
            current = stored.document() if stored else None
            stamp = self.next_stamp(stored, current)
            edited = edit(current, stamp)
            body = edited.dump()
            if stored is not None and body == stored.body:
                return edited
            try:
                self.put(key, body, rev=stamp, replaces=stored.rev if stored else None)
            except RevisionMovedError:
                continue
            return edited
        raise ContentionError(f"{key.pk} / {key.sk} kept moving; try again")

    def next_stamp(self, stored: Stored | None, document: Document | None) -> Stamp:
        """A stamp above everything in a document and above its revision."""
        seen = document.stamps() if document else []
        return self.clock.tick(*seen, *([Stamp.parse(stored.rev)] if stored else []))

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
    return Stored(Key(item.pk, item.sk), item.rev, body or {})


def _record(parsed: dict[str, Any], model: Any, **_: Any) -> None:
    capacity.record(model.name, parsed)
