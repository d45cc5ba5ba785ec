"""Makes a cache entry of an origin's response: its headers, and until when it may be served."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from multidict import CIMultiDict

from localcloud.edge.behaviors import Behavior, CachePolicy
from localcloud.edge.cache_keys import CacheKey
from localcloud.edge.cache_store import CacheEntry
from localcloud.edge.gateway import Fetched, as_answer
from localcloud.edge.lifetimes import lifetime, seconds_of
from localcloud.edge.places import Located

_OF_BODY = frozenset({"content-type", "content-encoding"})


@dataclass(frozen=True, slots=True)
class FillRequest:
    """A request to an origin, and the cache key that its response is for.

    Attributes:
        key: The key that the response is kept under.
        target: Path and query for the origin.
        headers: The request headers for the origin.
        behavior: The behavior of the path.
        policy: The cache policy of the behavior.
        located: The regions as seen from the client.
    """

    key: CacheKey
    target: str
    headers: CIMultiDict[str]
    behavior: Behavior
    policy: CachePolicy
    located: Located


def filled(fetched: Fetched, fill: FillRequest, now: float) -> tuple[CacheEntry, bool]:
    """Return an entry for a response, and whether the entry may be kept.

    Args:
        fetched: The response, or why there is none.
        fill: What was fetched.
        now: Monotonic seconds.
    """
    answer = as_answer(fetched.result)
    entry = CacheEntry(
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        region=fetched.region,
        why=fetched.why,
        attempts=fetched.attempts,
    )
    return entry, _set_times(entry, fill, now)


def renewed(
    old: CacheEntry, fetched: Fetched, fill: FillRequest, now: float
) -> tuple[CacheEntry, bool]:
    """Return the entry with the headers of a 304 response (RFC 9111, 4.3.4); as `filled` else."""
    headers = old.headers.copy()
    newer = as_answer(fetched.result).headers
    for name in set(newer) - _OF_BODY:
        headers.popall(name, None)
        headers.extend((name, value) for value in newer.getall(name))
    entry = replace(
        old,
        headers=headers,
        region=fetched.region,
        why=fetched.why,
        attempts=fetched.attempts,
        ask_again=0.0,
    )
    return entry, _set_times(entry, fill, now)


def _set_times(entry: CacheEntry, fill: FillRequest, now: float) -> bool:
    """Set until when the entry may be used; return False where it may not be kept at all."""
    entry.born = now - seconds_of(entry.headers.pop("age", "0"))
    allowed = lifetime(entry.status, entry.headers, fill.policy, datetime.now(UTC))
    if allowed is None:
        return False
    entry.fresh_until = entry.born + allowed.fresh
    entry.stale_until = entry.fresh_until + allowed.revalidate
    entry.error_until = entry.fresh_until + allowed.if_error
    return True
