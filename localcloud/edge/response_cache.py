"""The cache before the origin group: hits, single-flight fetches, revalidation, stale responses."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from aiohttp import web
from multidict import CIMultiDict

from localcloud.edge.behaviors import Behavior
from localcloud.edge.cache_fill import FillRequest, filled, renewed
from localcloud.edge.cache_keys import (
    CacheKey,
    keyed_query,
    normal_accept,
    normal_encoding,
    origin_target,
)
from localcloud.edge.cache_store import CacheEntry, CacheStore
from localcloud.edge.conditions import answer_from
from localcloud.edge.forwarding import shared_request_headers
from localcloud.edge.gateway import Fetched, as_answer
from localcloud.edge.origins import BadRequestHeadersError
from localcloud.edge.places import Located
from localcloud.edge.replies import problem
from localcloud.edge.routing import Route, Why
from localcloud.edge.targets import Target

CacheState = Literal["hit", "miss", "stale", "revalidated", "collapsed", "pass"]

WITHOUT_ORIGIN: Final[frozenset[CacheState]] = frozenset({"hit", "stale", "collapsed"})
"""Responses for which no request went to a region."""

# Seconds for which a key is fetched by each request for itself, after a response that only the
# client may have that it was made for.
_UNSHARED_S: Final = 5.0
_MOST_UNSHARED: Final = 4096  # keys; beyond that all are forgotten
_NOT_MODIFIED: Final = 304


@dataclass(frozen=True, slots=True)
class FillResult:
    """The result of one fetch, for all requests that waited for it.

    Attributes:
        entry: The response.
        state: How the cache came by it.
        shared: Whether other requests than the one that caused the fetch may have it.
    """

    entry: CacheEntry
    state: CacheState
    shared: bool


class OriginFetcher(Protocol):
    """The part of the gateway that the cache needs."""

    def origins_of(self, behavior: Behavior, located: Located) -> Route:
        """Return the regions to try."""

    async def fetch(
        self,
        method: str,
        target: str,
        headers: CIMultiDict[str],
        body: bytes | None,
        route: Route,
    ) -> Fetched:
        """Try the regions of a route in turn."""

    def count(self, region: str, why: Why, location: str) -> None:
        """Count a response to a client."""


class ResponseCache:
    """Answers GET and HEAD requests of behaviors with a cache policy.

    Attributes:
        store: The cache entries.
        states: Responses to clients by how the cache came by them.
        hits: Responses without a request to a region, by the region that the entry is from.
    """

    def __init__(
        self,
        gateway: OriginFetcher,
        store: CacheStore,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Serve from a store, and fetch from a gateway what the store does not have."""
        self._clock = clock
        self.store = store
        self.states: Counter[CacheState] = Counter()
        self.hits: Counter[str] = Counter()
        self._gateway = gateway
        self._in_flight: dict[tuple[CacheKey, int], asyncio.Task[FillResult]] = {}
        self._unshared_until: dict[CacheKey, float] = {}

    async def answer(
        self, request: web.BaseRequest, target: Target, behavior: Behavior, located: Located
    ) -> web.Response | None:
        """Return the response, or None where the request must go to an origin without the cache."""
        key = self._key(request.headers, target, behavior, located)
        policy = behavior.policy
        if key is None or policy is None:
            return None
        entry = self.store.get(key)
        now = self._clock()
        if entry is not None and (now < entry.fresh_until or now < entry.ask_again):
            state: CacheState = "hit" if now < entry.fresh_until else "stale"
            return self._respond(request, entry, state, located)
        if request.method == "HEAD" and entry is None:
            return None  # entries serve HEAD, but HEAD creates none
        fill = FillRequest(
            key,
            origin_target(target, policy),
            shared_request_headers(request.headers, request.remote, key.accept, key.encoding),
            behavior,
            policy,
            located,
        )
        if entry is not None and now < entry.stale_until:
            self._single_flight(fill, entry)
            return self._respond(request, entry, "stale", located)
        try:
            result = await self._shared_fill(fill, entry)
        except BadRequestHeadersError as error:
            return problem(400, str(error))
        return self._respond(request, result.entry, result.state, located)

    async def close(self) -> None:
        """Cancel the fetches in flight."""
        for task in self._in_flight.values():
            task.cancel()
        await asyncio.gather(*self._in_flight.values(), return_exceptions=True)

    def _key(
        self,
        headers: Mapping[str, str],
        target: Target,
        behavior: Behavior,
        located: Located,
    ) -> CacheKey | None:
        if behavior.policy is None:
            return None
        accept = normal_accept(headers.get("accept", ""))
        if accept is None:
            return None  # the origin's 406 says what it offers
        return CacheKey(
            located.order[0],
            target.raw_path,
            keyed_query(target.query, behavior.policy.query_strings),
            accept,
            normal_encoding(headers.get("accept-encoding", "")) or "",
        )

    async def _shared_fill(self, fill: FillRequest, entry: CacheEntry | None) -> FillResult:
        """Fetch, or wait for a fetch of the same key that is in flight."""
        key = fill.key
        if self._unshared_until and self._clock() < self._unshared_until.get(key, 0.0):
            return await self._fill(fill, entry)
        first = (key, self.store.generation) not in self._in_flight
        # Shielded: the other requests still wait for it when this client disconnects.
        result = await asyncio.shield(self._single_flight(fill, entry))
        if first:
            return result
        if result.shared:
            return result if result.state == "stale" else replace(result, state="collapsed")
        return await self._fill(fill, entry)

    def _single_flight(
        self, fill: FillRequest, entry: CacheEntry | None
    ) -> "asyncio.Task[FillResult]":
        """Return the fetch in flight for this key; starts one if there is none.

        A fetch that began before a purge does not count: a request after the purge must get a
        response from after it.
        """
        name = (fill.key, self.store.generation)
        task = self._in_flight.get(name)
        if task is None:
            task = asyncio.create_task(self._fill(fill, entry))
            self._in_flight[name] = task
            task.add_done_callback(lambda done: self._landed(name, done))
        return task

    def _landed(self, name: tuple[CacheKey, int], task: "asyncio.Task[FillResult]") -> None:
        del self._in_flight[name]
        if not task.cancelled():
            task.exception()  # retrieved, or asyncio logs it where no request waits any more

    async def _fill(self, fill: FillRequest, entry: CacheEntry | None) -> FillResult:
        generation = self.store.generation
        headers = fill.headers
        if entry is not None and entry.etag:
            headers = headers.copy()
            headers["if-none-match"] = entry.etag
        route = self._gateway.origins_of(fill.behavior, fill.located)
        fetched = await self._gateway.fetch("GET", fill.target, headers, None, route)
        now = self._clock()
        if entry is not None and fetched.failed and now < entry.error_until:
            # CloudFront sends to the origin again after the error caching minimum TTL.
            entry.ask_again = now + fill.policy.error_ttl
            entry.attempts = fetched.attempts
            return FillResult(entry, "stale", shared=True)
        state: CacheState = "miss"
        if entry is not None and as_answer(fetched.result).status == _NOT_MODIFIED:
            made, cacheable = renewed(entry, fetched, fill, now)
            state = "revalidated"
        else:
            made, cacheable = filled(fetched, fill, now)
        self.store.drop_expired_errors(now)
        if generation == self.store.generation:
            if cacheable:
                self.store.put(fill.key, made)
            else:
                self.store.drop(fill.key)
        # A region that throttles is spared: all requests that waited share its refusal.
        if not cacheable and not fetched.left:
            self._mark_unshared(fill.key, now)
        return FillResult(made, state, shared=cacheable or fetched.left)

    def _mark_unshared(self, key: CacheKey, now: float) -> None:
        """Let no request wait for a response that it may not have, such as a private one."""
        if len(self._unshared_until) >= _MOST_UNSHARED:
            self._unshared_until.clear()
        self._unshared_until[key] = now + _UNSHARED_S

    def _respond(
        self, request: web.BaseRequest, entry: CacheEntry, state: CacheState, located: Located
    ) -> web.Response:
        self.states[state] += 1
        if state in WITHOUT_ORIGIN:
            self.hits[entry.region] += 1
        self._gateway.count(entry.region, entry.why, located.order[0])
        return answer_from(entry, state, request.headers, located, now=self._clock())
