"""What every replica of the table can do, however it is reached; the tests have one in memory."""

import binascii
import random
import time
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import orjson

from services.domain.documents.layout import Body
from services.domain.stamp import HybridClock, Stamp
from services.storage import capacity
from services.storage.exceptions import (
    ContentionError,
    RevisionMovedError,
    UnreadableItemError,
)
from services.storage.keys import Key

if TYPE_CHECKING:
    from services.domain.orders.table_indexes import Index
    from services.storage.kinds import Document

_ATTEMPTS: Final = 10
_BACKOFF_S: Final = 0.01

D = TypeVar("D", bound="Document")
R = TypeVar("R")


class Stored:
    """An item as it was read; its body is decoded at first use.

    Attributes:
        rev: Text of the stamp of the write that made this revision.
        expires: Unix seconds after which it may be gone; None: never.
    """

    __slots__ = ("_content", "expires", "key", "rev")

    def __init__(
        self, key: Key, rev: str, content: Body | str | bytes, expires: int | None = None
    ) -> None:
        self.key = key
        self.rev = rev
        self.expires = expires
        self._content = content

    @property
    def body(self) -> Body:
        """The document's body, from JSON text, or from the same compressed by zlib.

        Raises:
            UnreadableItemError: The content is damaged.
        """
        content = self._content
        if not isinstance(content, dict):
            try:
                text = zlib.decompress(content) if isinstance(content, bytes) else content
                decoded = orjson.loads(text)
            except (zlib.error, ValueError) as error:
                raise UnreadableItemError(self.key, repr(error)) from error
            if not isinstance(decoded, dict):
                raise UnreadableItemError(self.key, "its body is no JSON object")
            content = self._content = decoded
        return content

    def document(self) -> "Document":
        """Return the document, decoded by its type."""
        from services.storage.kinds import load

        return load(self.key, self.body)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stored) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((self.key, self.rev))

    def __repr__(self) -> str:
        return f"Stored{self._values()!r}"

    def _values(self) -> tuple[Key, str, Body, int | None]:
        return (self.key, self.rev, self.body, self.expires)


class Listed(NamedTuple):
    """An item as an index lists it.

    Attributes:
        place: Its sort key in the index.
        stored: Its key, and of its attributes those that the index holds.
    """

    place: str
    stored: Stored


def stored_of(item: Mapping[str, Any]) -> Stored:
    """Return an item from DynamoDB's JSON, its body not yet decoded.

    Args:
        item: Attributes by name, as DynamoDB's API, botocore or a stream record has them: binary
            content is base64 text or bytes.

    Raises:
        UnreadableItemError: An attribute is missing or of another type.
    """
    key = Key(item["pk"]["S"], item["sk"]["S"])
    expires = item.get("expires")
    try:
        return Stored(
            key,
            item["rev"]["S"],
            _content(item),
            None if expires is None or "N" not in expires else int(expires["N"]),
        )
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableItemError(key, repr(error)) from error


def _content(item: Mapping[str, Any]) -> Any:
    text = item.get("body")
    if text is not None and "S" in text:
        return text["S"]
    packed = item.get("packed")
    if packed is not None and "B" in packed:
        binary = packed["B"]
        if isinstance(binary, bytes | bytearray):
            return bytes(binary)
        return binascii.a2b_base64(binary)  # raises for whatever is no text
    return {}


class Write(NamedTuple):
    """An item to be written.

    Attributes:
        rev: Stamp of this write.
        replaces: The revision that must still stand; None: there must be no such item.
        expires: Unix seconds after which DynamoDB may delete it; None: never.
    """

    key: Key
    body: Body
    rev: Stamp
    replaces: str | None
    expires: int | None = None


class Held:
    """A document as a region holds it: joined from the items that it is stored in.

    Attributes:
        document: None: there is none yet.
        rows: Those items.
    """

    __slots__ = ("document", "key", "region", "rows")

    def __init__(
        self, key: Key, region: str, document: "Document | None", rows: Mapping[Key, Stored]
    ) -> None:
        self.key = key
        self.region = region
        self.document = document
        self.rows = rows

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it, revisions included."""
        inside = self.document.stamps() if self.document else []
        return inside + [Stamp.parse(row.rev) for row in self.rows.values()]

    def beside(self, writes: Sequence[Write]) -> dict[Key, str | None]:
        """Return the items that must stand though they are not written, to their revisions.

        A count goes by what its own region did: it must see each sale, reservation and grant of it.
        """
        from services.storage.parts import own_part

        written = {write.key for write in writes}
        part = own_part(self.key, self.region)
        return {} if self.key not in written or part in written else {part: self.rev(part)}

    def rev(self, key: Key) -> str | None:
        """Return the revision of one of the items; None: there is no such item."""
        row = self.rows.get(key)
        return row.rev if row else None

    def writes(self, document: "Document", rev: Stamp) -> list[Write]:
        """What must be written so that it becomes `document`; nothing where it is already."""
        from services.storage.parts import divide

        return [
            Write(key, body, rev, self.rev(key))
            for key, body in divide(self.key, document, self.region, self.document).items()
            if key not in self.rows or self.rows[key].body != body
        ]


class Replica(ABC):
    """One region's replica of the table.

    Attributes:
        region: AWS region that it is in.
        clock: Makes the stamps of this process's writes.
        pause: Waits some seconds between two attempts.
    """

    def __init__(self, region: str, clock: HybridClock | None = None) -> None:
        self.region = region
        self.clock = clock or HybridClock(region)
        self.pause: Callable[[float], None] = time.sleep

    @abstractmethod
    def get(self, key: Key, *, consistent: bool = False) -> Stored | None:
        """One item, or None. `consistent` sees every write acknowledged in this region."""

    @abstractmethod
    def partition(
        self, pk: str, *, prefix: str | None = None, consistent: bool = False
    ) -> list[Stored]:
        """Return all items of a partition (whose sort keys start with `prefix`)."""

    @abstractmethod
    def onward(
        self,
        pk: str,
        start: str,
        unreadable: Callable[[UnreadableItemError], object] | None = None,
    ) -> Iterable[Stored]:
        """Yield a partition's items from a sort key on, by it; each as last acknowledged here.

        Args:
            pk: The partition.
            start: The sort key.
            unreadable: Gets what is wrong with an item that cannot be read, which is left out;
                None: the first of them is raised, and ends the walk.
        """

    @abstractmethod
    def get_many(self, wanted: Iterable[Key], *, consistent: bool = False) -> dict[Key, Stored]:
        """Return the items of these keys that exist; reads 100 in a request."""

    @abstractmethod
    def listed(
        self,
        index: "Index",
        partition: str,
        *,
        after: str | None = None,
        until: str | None = None,
        limit: int | None = None,
    ) -> list["Listed"]:
        """The items of a partition of an index, by its sort key; of their attributes the projected.

        Eventually consistent, as all secondary indexes are.

        Args:
            index: One of `table_indexes.INDEXES`.
            partition: Its partition.
            after: Only sort keys above this one; only together with `until`.
            until: Only sort keys below this one.
            limit: So many items at most.
        """

    @abstractmethod
    def write(self, write: Write) -> None:
        """Write one item.

        Raises:
            RevisionMovedError: `replaces` does not stand; nothing was written.
        """

    @abstractmethod
    def transact(self, writes: Sequence[Write]) -> None:
        """Write all items or none.

        Raises:
            RevisionMovedError: One of them moved; nothing was written.
        """

    @abstractmethod
    def transact_while(self, writes: Sequence[Write], standing: Mapping[Key, str | None]) -> None:
        """Write all items or none, while others stand as they were read.

        Args:
            writes: What to write.
            standing: Items that are not written, to their revisions; None: there is no such item.

        Raises:
            RevisionMovedError: One of them moved; nothing was written.
        """

    def put(self, key: Key, body: Body, *, rev: Stamp, replaces: str | None) -> None:
        """Write a document where its revision still is `replaces` (None: where there is none).

        Raises:
            RevisionMovedError: It is not; nothing was written.
        """
        self.write(Write(key, body, rev, replaces))

    def held(self, key: Key) -> Held:
        """Return a document as this region last acknowledged it."""
        from services.storage.parts import is_divided

        if is_divided(key):
            found = self.partition(key.pk, prefix=key.sk, consistent=True)
            rows = {row.key: row for row in found}
        else:
            stored = self.get(key, consistent=True)
            rows = {key: stored} if stored else {}
        return self.held_in(key, rows)

    def held_in(self, key: Key, rows: Mapping[Key, Stored]) -> Held:
        """Return a document from the items that it is stored in, which were just read."""
        document: Document | None = None
        for row in rows.values():
            document = row.document() if document is None else document.merge(row.document())
        return Held(key, self.region, document, rows)

    def change(
        self, key: Key, edit: "Callable[[Document | None, Stamp], D]", *, whole: bool = False
    ) -> D:
        """Read a document, change it and write it; start again where another write came between.

        Args:
            key: Which document.
            edit: Gets the current document (None: there is none) and the stamp for what it sets;
                called once per attempt, so it must have no side effects.
            whole: Whether the item of the document itself must stand, also where only this region's
                own part of it is written.

        Raises:
            ContentionError: Others were faster every time.
        """

        def attempt() -> D:
            held = self.held(key)
            stamp = self.clock.tick(*held.stamps())
            edited = edit(held.document, stamp)
            writes = held.writes(edited, stamp)
            standing = held.beside(writes)
            if whole and all(write.key != key for write in writes):
                standing[key] = held.rev(key)
            if len(writes) == 1 and not standing:
                self.write(writes[0])
            elif writes:
                self.transact_while(writes, standing)
            return edited

        return self.retry(f"{key.pk} / {key.sk}", attempt)

    def next_stamp(self, stored: Stored | None, document: "Document | None") -> Stamp:
        """Return a stamp above everything in a document and above its revision."""
        seen = document.stamps() if document else []
        return self.clock.tick(*seen, *([Stamp.parse(stored.rev)] if stored else []))

    def retry(self, what: str, attempt: Callable[[], R]) -> R:
        """Repeat an attempt, with growing random pauses, until no revision moves under it.

        Args:
            what: Names what is written, for the error.
            attempt: Reads, writes under conditions and returns its result; called anew after a
                `RevisionMovedError`.

        Raises:
            ContentionError: Others were faster every time, or the request has no time left.
        """
        for number in range(_ATTEMPTS):
            if number:
                left = capacity.seconds_left()
                if left is not None and left <= 0:
                    break
                self.pause(random.uniform(0, _BACKOFF_S * 2**number))
            with suppress(RevisionMovedError):
                return attempt()
        raise ContentionError(f"{what} kept moving; try again")
