"""A kept answer as a response to one client: whole, or 304 where the client has it already."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from localcloud.edge.cache_store import CacheEntry
from localcloud.edge.gateway import EDGE_HEADER, attempts_of
from localcloud.edge.places import Located
from services.menu_api.negotiation import is_named

_OK: Final = 200
_NOT_MODIFIED: Final = 304
# Headers that describe the body, which a 304 does not have.
_OF_BODY: Final = ("content-type", "content-encoding")


def answer_from(
    entry: CacheEntry, state: str, request: Mapping[str, str], located: Located, *, now: float
) -> web.Response:
    """Make the response.

    Args:
        entry: The kept answer.
        state: How the cache came by it.
        request: The client's request headers. What they say of caching does not count, as with
            CloudFront ("CloudFront ignores those header fields in viewer requests").
        located: The client's place.
        now: Of the clock that the entry's times are of.
    """
    headers = entry.headers.copy()
    reused = state in {"hit", "stale"}
    age = int(now - entry.born)
    if reused or age:
        headers["age"] = str(age)
    attempts = 0 if reused else entry.attempts
    headers[EDGE_HEADER] = (
        f"region={entry.region}; why={entry.why}; cache={state}"
        f"{attempts_of(attempts, located.known)}"
    )
    known = request.get("if-none-match")
    tags = () if entry.etag is None else (entry.etag,)
    if known and entry.status == _OK and is_named(known, *tags):
        for name in _OF_BODY:
            headers.popall(name, None)
        return web.Response(status=_NOT_MODIFIED, headers=headers)
    return web.Response(status=entry.status, headers=headers, body=entry.body)
