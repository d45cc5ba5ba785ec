"""From what an origin answered to an entry: its headers, and until when it may serve."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from multidict import CIMultiDict

from localcloud.edge.behaviors import Behavior, CachePolicy
from localcloud.edge.cache_keys import Key
from localcloud.edge.cache_store import Entry
from localcloud.edge.gateway import Fetched, as_answer
from localcloud.edge.lifetimes import lifetime
from localcloud.edge.places import Located

_OF_BODY = frozenset({"content-type", "content-encoding"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of an origin, and for which key."""

    key: Key
    target: str
    headers: CIMultiDict[str]
    behavior: Behavior
    policy: CachePolicy
    located: Located


def filled(fetched: Fetched, asked: Asked, now: float) -> tuple[Entry, bool]:
    """An answer as an entry, and whether it may be kept."""
    answer = as_answer(fetched.result)
    entry = Entry(
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        region=fetched.region,
        why=fetched.why,
        attempts=fetched.attempts,
    )
    return entry, _date(entry, asked, now)


def renewed(old: Entry, fetched: Fetched, asked: Asked, now: float) -> tuple[Entry, bool]:
    """The entry with the headers that came with 304 (RFC 9111, 4.3.4)."""
    headers = old.headers.copy()
    news = as_answer(fetched.result).headers
    for name in set(news) - _OF_BODY:
        headers.popall(name, None)
        headers.extend((name, value) for value in news.getall(name))
    entry = replace(
        old,
        headers=headers,
        region=fetched.region,
        why=fetched.why,
        attempts=fetched.attempts,
        ask_again=0.0,
    )
    return entry, _date(entry, asked, now)


def _date(entry: Entry, asked: Asked, now: float) -> bool:
    """Set until when the entry may be used; False where it may not be kept at all."""
    age = entry.headers.pop("age", "0")
    entry.born = now - (int(age) if age.isascii() and age.isdigit() else 0)
    allowed = lifetime(entry.status, entry.headers, asked.policy, datetime.now(UTC))
    if allowed is None:
        return False
    entry.fresh_until = entry.born + allowed.fresh
    entry.stale_until = entry.fresh_until + allowed.revalidate
    entry.error_until = entry.fresh_until + allowed.if_error
    return True
