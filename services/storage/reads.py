"""Notes what a request reads, so that its cached answer can later be checked to be current."""

from collections.abc import Mapping
from contextvars import ContextVar, Token
from typing import Any, Final, Self

MAX_OUTDATED_S: Final = 300.0
"""Seconds for which something in memory is used after it should have been read again.

As long as the edge's `stale-if-error`; the health checks take the region out within it. After that,
a region whose table fails answers 503: the edge and the clients get a current answer from another
region, which they do not look for behind a 200.
"""


class Reads:
    """What one request reads within a block of code.

    Attributes:
        stores: Id of each store whose whole partition was read, to the revision of each document
            by sort key; empty: there is no such store.
        catalogs: Id of each market whose catalog was used, to its version.
        requests: Requests to DynamoDB that these two took; any other means that something was read
            of which nothing is noted here.
        others: Something was used that cannot be checked, such as the directory in memory.
        ahead: Partitions that were read before the request began to run, by store; or how reading
            them failed.
        outdated: The fault because of which something was used from memory that should have been
            read again; None where there was none.
        behind: Id of each market whose pointer names a version that has not arrived here, to that
            version; an older one was used.
        outdated_s: Seconds since the oldest of what was so used was last known to be current; set
            where `outdated` is.
    """

    __slots__ = (
        "_token",
        "ahead",
        "behind",
        "catalogs",
        "others",
        "outdated",
        "outdated_s",
        "requests",
        "stores",
    )

    _token: "Token[Reads | None]"
    outdated_s: float

    def __init__(self) -> None:
        self.stores: dict[str, Mapping[str, str]] = {}
        self.catalogs: dict[str, str] = {}
        self.requests = 0
        self.others = False
        self.ahead: dict[str, Any] = {}
        self.outdated: Exception | None = None
        self.behind: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


_current: ContextVar[Reads | None] = ContextVar("reads", default=None)


def current() -> Reads | None:
    """Return the notes of this request, if any are taken."""
    return _current.get()


def outdated(fault: Exception, age_s: float) -> None:
    """Note that something from memory was used because reading it again failed.

    Args:
        fault: How reading it failed.
        age_s: Seconds since it was last known to be current.
    """
    reads = _current.get()
    if reads is not None:
        reads.outdated_s = age_s if reads.outdated is None else max(reads.outdated_s, age_s)
        reads.outdated = fault


def other() -> None:
    """Note that something was used which cannot be checked."""
    reads = _current.get()
    if reads is not None:
        reads.others = True
