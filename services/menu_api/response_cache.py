"""A cache of finished responses, valid while the documents behind them are unchanged.

A response is found by everything that it depends on: the document, the operation, the variables as
JSON text (so that `1`, `1.0` and `true` differ) and the media type. It belongs to the minute in
which it was made, because opening hours and dayparts begin and end with a minute. Within that, it
is served either at once, for a moment after it was last known to be current, or after one read of
its store's partition has shown the same revisions.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from sys import getsizeof
from typing import Final, NamedTuple

from graphql_schema.context import CacheHint, Services
from services.menu_api.messages import Payload
from services.storage.reads import MAX_OUTDATED_S, Reads

FRESH_S: Final = 1.0
MAX_BYTES: Final = 48 * 1024 * 1024
MAX_ENTRY: Final = 1024 * 1024
_OVERHEAD: Final = 3000  # bytes of an entry's other objects, about; a test measures them


class ResponseKey(NamedTuple):
    """What a response without a token depends on, apart from time and data.

    Attributes:
        variables: JSON with sorted keys.
    """

    document: str
    operation: str | None
    variables: bytes
    media: str


class CachedResponse:
    """A finished response.

    Attributes:
        hint: How long and under which tags others may cache it.
        headers: The headers for a GET, once a GET was answered.
        operation: Name of the operation, for the log.
        store: Id of the one store that was read; None: it cannot be checked.
        revisions: Of that store's documents.
        catalogs: Market to version of the catalogs that were used.
        minute: Unix minutes at which it was made.
        checked: Monotonic seconds from before the read by which it was last known to be current.
        writes: `StoreRepository.writes` at that moment.
        size: Bytes that the entry takes, once it is kept.
    """

    __slots__ = ("catalogs", "checked", "headers", "hint", "minute", "operation", "payload",
                 "revisions", "size", "store", "writes")  # fmt: skip

    def __init__(
        self, payload: Payload, hint: CacheHint, operation: str | None, moment: "Moment"
    ) -> None:
        self.payload = payload
        self.hint = hint
        self.operation = operation
        self.store: str | None = None
        self.revisions: Mapping[str, str] = {}
        self.catalogs: Mapping[str, str] = {}
        self.minute = moment.minute
        self.checked = moment.monotonic
        self.writes = moment.writes
        self.size = 0
        self.headers: Mapping[str, str] | None = None


class Moment(NamedTuple):
    """When a request began, and the number of writes of this process by then."""

    at: datetime
    monotonic: float
    writes: int

    @property
    def minute(self) -> int:
        """Minutes since the Unix epoch."""
        return int(self.at.timestamp() // 60)


class ResponseCache:
    """The most recently used responses, bounded in bytes; may be used by several threads."""

    def __init__(
        self,
        services: Services,
        max_bytes: int = MAX_BYTES,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._services = services
        self._max_bytes = max_bytes
        self._monotonic = monotonic
        self._entries: OrderedDict[ResponseKey, CachedResponse] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes that the entries take, about."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._entries)

    def begin(self) -> Moment:
        """Return the moment at which a request begins."""
        services = self._services
        return Moment(services.now(), self._monotonic(), services.stores.writes)

    def find(
        self, key: ResponseKey, moment: Moment, reads: Reads, *, unchecked: bool
    ) -> CachedResponse | None:
        """Return a cached response that is current; None where there is none.

        Args:
            key: The key of the request.
            moment: When the request began.
            reads: Receives what the check read, so that a new response need not read it again.
            unchecked: The client allows an answer that is up to FRESH_S old.
        """
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.minute != moment.minute:
            return None
        fresh = moment.monotonic - entry.checked < FRESH_S and entry.writes == moment.writes
        if not (unchecked and fresh) and not self._is_current(entry, moment, reads):
            return None
        with self._lock:
            if self._entries.get(key) is entry:
                self._entries.move_to_end(key)
        return entry

    def stale(self, key: ResponseKey) -> tuple[CachedResponse, int] | None:
        """Return a response that may be outdated, for when making it anew fails.

        Returns:
            The response, and the seconds since it was last known to be current, at most
            `reads.MAX_OUTDATED_S`; None: there is none. An older one may say that a closed store
            is open, and the client gets a better one from another region.
        """
        entry = self._entries.get(key)
        age_s = 0.0 if entry is None else self._monotonic() - entry.checked
        return None if entry is None or age_s > MAX_OUTDATED_S else (entry, int(age_s))

    def keep(self, key: ResponseKey, entry: CachedResponse, reads: Reads, *, requests: int) -> None:
        """Keep a response that was just made.

        Args:
            key: The key of the request.
            entry: The response; its moment is when the request began: what it read is not older.
            reads: What it read, as far as it can be checked.
            requests: How many requests to DynamoDB it took.
        """
        if not reads.others and reads.requests == requests and len(reads.stores) == 1:
            ((entry.store, entry.revisions),) = reads.stores.items()
            entry.catalogs = dict(reads.catalogs)
        payload = entry.payload
        payload.body = _fitted(payload.body)
        key = key._replace(variables=_fitted(key.variables))
        entry.size = _weight(key, entry)
        if entry.size > MAX_ENTRY:
            return
        payload.grew = partial(self._grow, key)
        with self._lock:
            replaced = self._entries.pop(key, None)
            if replaced is not None:
                self._forget(replaced)
            self._entries[key] = entry
            self._bytes += entry.size
            if self._bytes > self._max_bytes:
                self._shrink()

    def clear(self) -> None:
        """Drop all responses."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def _is_current(self, entry: CachedResponse, moment: Moment, reads: Reads) -> bool:
        store = entry.store
        if store is None:
            return False
        services = self._services
        try:
            rows = services.stores.rows(store)
        except Exception as error:  # noqa: BLE001 - the operation raises it again and reports it
            reads.ahead[store] = error
            return False
        reads.ahead[store] = rows
        if rows.revisions != entry.revisions:
            return False
        try:
            for market, version in entry.catalogs.items():
                current = services.catalogs.current(market)
                # Made anew of what is outdated, the answer is marked as such.
                if current.version != version or reads.outdated is not None:
                    return False
        except Exception:  # noqa: BLE001 - likewise
            return False
        entry.checked, entry.writes = moment.monotonic, moment.writes
        return True

    def _grow(self, key: ResponseKey, size: int) -> None:
        """Count another form of a kept body, once it is made."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                entry.size += size
                self._bytes += size
                if self._bytes > self._max_bytes:
                    self._shrink()

    def _forget(self, entry: CachedResponse) -> None:
        entry.payload.grew = None
        self._bytes -= entry.size

    def _shrink(self) -> None:
        while self._bytes > self._max_bytes:
            _, entry = self._entries.popitem(last=False)
            self._forget(entry)


def _fitted(payload: bytes) -> bytes:
    """Return a copy that takes no more memory than its bytes.

    orjson writes into a buffer of at least 4 kB, which its result keeps although `sys.getsizeof`
    does not say so: 14,000 small answers took 161 MB in place of 48.
    """
    return bytes(memoryview(payload))


def _weight(key: ResponseKey, entry: CachedResponse) -> int:
    # The text of a persisted document is shared; that of another is counted with every entry.
    return entry.payload.size + getsizeof(key.document) + getsizeof(key.variables) + _OVERHEAD
