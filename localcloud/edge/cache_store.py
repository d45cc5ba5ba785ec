"""Answers in memory: bounded in bytes, the least recently used go first, found again by tag."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from multidict import CIMultiDict

from localcloud.edge.cache_keys import CacheKey
from localcloud.edge.routing import Why

_OVERHEAD: Final = 1024  # bytes of an entry beside its body, about
_ERROR: Final = 400  # the lowest status of an error
_LOOKED_AT: Final = 8  # entries of errors at a time
_MOST_TAGS: Final = 50  # an object's tags beyond these are ignored (CloudFront developer guide)


@dataclass(slots=True)
class CacheEntry:
    """A kept answer, ready to be sent. Times are of a monotonic clock, in seconds.

    Attributes:
        status: HTTP status.
        headers: Headers of the answer.
        body: Its body.
        region: Region that answered.
        why: Why it was this region.
        born: When the origin made it: now minus its Age then.
        fresh_until: Until then it is served without a fetch.
        stale_until: Until then it may be served while it is fetched anew.
        error_until: Until then it may stand in for an origin that fails.
        ask_again: After a failure, when the origin is tried next.
        attempts: Requests to origins that its last fetch took.
    """

    status: int
    headers: CIMultiDict[str]
    body: bytes
    region: str
    why: Why
    born: float = 0.0
    fresh_until: float = 0.0
    stale_until: float = 0.0
    error_until: float = 0.0
    ask_again: float = 0.0
    attempts: int = 0

    @property
    def etag(self) -> str | None:
        """The entity tag of the response; None where it has none."""
        return self.headers.get("etag")

    @property
    def size(self) -> int:
        """Bytes that it takes without its key, about."""
        headers = sum(len(name) + len(value) for name, value in self.headers.items())
        return len(self.body) + headers + _OVERHEAD

    @property
    def tags(self) -> list[str]:
        """Its cache tags, in lower case: CloudFront compares them without case."""
        line = ",".join(self.headers.getall("cache-tag", ()))
        named = (tag.strip().lower() for tag in line.split(","))
        return list(dict.fromkeys(tag for tag in named if tag))[:_MOST_TAGS]


def size_of(key: CacheKey, entry: CacheEntry) -> int:
    """Return the bytes that an entry takes with its key, about."""
    return sum(map(len, key)) + entry.size


@dataclass(slots=True)
class StoreMetrics:
    """Counts of cache entries evicted and purged since the edge started."""

    evicted: int = 0
    purged: int = 0


@dataclass(slots=True)
class CacheStore:
    """The entries of all points of presence.

    Attributes:
        most_bytes: Bytes that all entries may take together.
        bytes: Bytes that they take.
        generation: Rises with each purge: a response that was requested before must not be kept
            after it.
        metrics: Counts of what the store did.
    """

    most_bytes: int
    bytes: int = 0
    generation: int = 0
    metrics: StoreMetrics = field(default_factory=StoreMetrics)
    _entries: OrderedDict[CacheKey, CacheEntry] = field(default_factory=OrderedDict)
    _tagged: dict[str, set[CacheKey]] = field(default_factory=dict)
    # Until when entries of errors are of use, in the order in which they are looked at.
    _errors: dict[CacheKey, float] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: CacheKey) -> CacheEntry | None:
        """The entry, fresh or stale, which now is the last to be evicted."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: CacheKey, entry: CacheEntry) -> None:
        """Keep an entry in place of an earlier one, and make room for it."""
        self.drop(key)
        size = size_of(key, entry)
        if size > self.most_bytes:
            return
        self._entries[key] = entry
        self.bytes += size
        if entry.status >= _ERROR:
            self._errors[key] = max(entry.fresh_until, entry.stale_until, entry.error_until)
        for tag in entry.tags:
            self._tagged.setdefault(tag, set()).add(key)
        while self.bytes > self.most_bytes:
            self.drop(next(iter(self._entries)))
            self.metrics.evicted += 1

    def drop(self, key: CacheKey) -> None:
        """Forget an entry, if it is there."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self.bytes -= size_of(key, entry)
        self._errors.pop(key, None)
        for tag in entry.tags:
            keys = self._tagged[tag]
            keys.discard(key)
            if not keys:
                del self._tagged[tag]

    def drop_expired_errors(self, now: float) -> None:
        """Forget errors whose time is up; `now` is of the clock of the entries' times.

        Requests for what is not there have any number of keys, each of which is requested once:
        their entries would stay until others, which are requested again, had gone for them. A call
        looks at a bounded number, the next one at the next ones.
        """
        for key in [*islice(self._errors, _LOOKED_AT)]:
            if now < self._errors[key]:
                self._errors[key] = self._errors.pop(key)
            else:
                self.drop(key)

    def purge(self, tags: Iterable[str]) -> int:
        """Forget all entries that carry one of the tags; how many there were."""
        self.generation += 1
        keys = {key for tag in tags for key in self._tagged.get(tag.strip().lower(), ())}
        for key in keys:
            self.drop(key)
        self.metrics.purged += len(keys)
        return len(keys)

    def purge_all(self) -> int:
        """Forget everything; how many entries there were."""
        self.generation += 1
        count = len(self._entries)
        self._entries.clear()
        self._tagged.clear()
        self._errors.clear()
        self.bytes = 0
        self.metrics.purged += count
        return count

    def by_location(self) -> dict[str, int]:
        """Return how many entries each point of presence holds."""
        counts: dict[str, int] = {}
        for key in self._entries:
            counts[key.location] = counts.get(key.location, 0) + 1
        return counts
