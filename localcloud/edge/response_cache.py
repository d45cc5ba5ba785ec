"""The cache before the origin group: hits, collapsed misses, revalidation, stale answers."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol

from aiohttp import web
from multidict import CIMultiDict

from localcloud.edge.behaviors import Behavior
from localcloud.edge.cache_keys import (
    Key,
    keyed_query,
    normal_accept,
    normal_encoding,
    origin_target,
)
from localcloud.edge.cache_store import CacheStore, Entry
from localcloud.edge.conditions import answer_from
from localcloud.edge.fills import Asked, filled, renewed
from localcloud.edge.forwarding import shared_request_headers
from localcloud.edge.gateway import Fetched, as_answer
from localcloud.edge.origins import BadRequestHeadersError
from localcloud.edge.places import Located
from localcloud.edge.replies import problem
from localcloud.edge.routing import Route, Why
from localcloud.edge.targets import Target

CacheState = Literal["hit", "miss", "stale", "revalidated", "collapsed", "pass"]

_ALONE_S: Final = 5.0  # for how long it is remembered that an answer cannot be shared
_MOST_ALONE: Final = 4096
_NOT_MODIFIED: Final = 304


@dataclass(frozen=True, slots=True)
class Landed:
    """What a fetch brought to all who waited for it."""

    entry: Entry
    state: CacheState
    shared: bool
    """Whether others than the one who asked may have it."""


class Asks(Protocol):
    """The part of the gateway that a cache needs."""

    def origins_of(self, behavior: Behavior, located: Located) -> Route:
        """The regions to try."""

    async def fetch(
        self,
        method: str,
        target: str,
        headers: CIMultiDict[str],
        body: bytes | None,
        route: Route,
    ) -> Fetched:
        """Try them."""

    def count(self, region: str, why: Why, location: str) -> None:
        """Note an answer to a client."""


class ResponseCache:
    """Answers GET and HEAD of a behavior with a cache policy."""

    def __init__(
        self, gateway: Asks, store: CacheStore, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Ask the gateway for what is not in the store."""
        self._clock = clock
        self.store = store
        self.states: Counter[CacheState] = Counter()
        """Answers to clients by how the cache came by them."""
        self._gateway = gateway
        self._flights: dict[tuple[Key, int], asyncio.Task[Landed]] = {}
        self._alone: dict[Key, float] = {}

    async def answer(
        self, request: web.BaseRequest, target: Target, behavior: Behavior, located: Located
    ) -> web.Response | None:
        """The answer, or None where this request is not the cache's: then it is passed on."""
        key = self._key(request.headers, target, behavior, located)
        policy = behavior.policy
        if key is None or policy is None:
            return None
        entry = self.store.get(key)
        now = self._clock()
        if entry is not None and (now < entry.fresh_until or now < entry.ask_again):
            state: CacheState = "hit" if now < entry.fresh_until else "stale"
            return self._serve(request, entry, state, located)
        if request.method == "HEAD" and entry is None:
            return None  # kept answers serve HEAD, but HEAD fills nothing
        asked = Asked(
            key,
            origin_target(target, policy),
            shared_request_headers(request.headers, request.remote, key.accept, key.encoding),
            behavior,
            policy,
            located,
        )
        if entry is not None and now < entry.stale_until:
            self._take_off(asked, entry)
            return self._serve(request, entry, "stale", located)
        try:
            landed = await self._land(asked, entry)
        except BadRequestHeadersError as error:
            return problem(400, str(error))
        return self._serve(request, landed.entry, landed.state, located)

    async def close(self) -> None:
        """Give up what is under way."""
        for flight in self._flights.values():
            flight.cancel()
        await asyncio.gather(*self._flights.values(), return_exceptions=True)

    def _key(
        self,
        headers: Mapping[str, str],
        target: Target,
        behavior: Behavior,
        located: Located,
    ) -> Key | None:
        if behavior.policy is None:
            return None
        accept = normal_accept(headers.get("accept", ""))
        if accept is None:
            return None  # the origin explains with 406 what it offers
        return Key(
            located.order[0],
            target.raw_path,
            keyed_query(target.query, behavior.policy.query_strings),
            accept,
            normal_encoding(headers.get("accept-encoding", "")) or "",
        )

    async def _land(self, asked: Asked, entry: Entry | None) -> Landed:
        """Fetch, or wait for another's fetch of the same."""
        key = asked.key
        if self._alone and self._clock() < self._alone.get(key, 0.0):
            return await self._fly(asked, entry)
        first = (key, self.store.generation) not in self._flights
        # Shielded: the others wait on when this client leaves.
        landed = await asyncio.shield(self._take_off(asked, entry))
        if first:
            return landed
        if landed.shared:
            return landed if landed.state == "stale" else replace(landed, state="collapsed")
        return await self._fly(asked, entry)

    def _take_off(self, asked: Asked, entry: Entry | None) -> "asyncio.Task[Landed]":
        """The fetch under way for this key; starts one where there is none.

        One that began before a purge is another: who asks after it must get what holds after it.
        """
        name = (asked.key, self.store.generation)
        flight = self._flights.get(name)
        if flight is None:
            flight = asyncio.create_task(self._fly(asked, entry))
            self._flights[name] = flight
            flight.add_done_callback(lambda done: self._arrived(name, done))
        return flight

    def _arrived(self, name: tuple[Key, int], flight: "asyncio.Task[Landed]") -> None:
        del self._flights[name]
        if not flight.cancelled():
            flight.exception()  # looked at, or asyncio complains where nobody waited any more

    async def _fly(self, asked: Asked, entry: Entry | None) -> Landed:
        generation = self.store.generation
        headers = asked.headers
        if entry is not None and entry.etag:
            headers = headers.copy()
            headers["if-none-match"] = entry.etag
        route = self._gateway.origins_of(asked.behavior, asked.located)
        fetched = await self._gateway.fetch("GET", asked.target, headers, None, route)
        now = self._clock()
        if entry is not None and fetched.failed and now < entry.error_until:
            # CloudFront asks the origin again after the error caching minimum TTL.
            entry.ask_again = now + asked.policy.error_ttl
            entry.attempts = fetched.attempts
            return Landed(entry, "stale", shared=True)
        state: CacheState = "miss"
        if entry is not None and as_answer(fetched.result).status == _NOT_MODIFIED:
            made, kept = renewed(entry, fetched, asked, now)
            state = "revalidated"
        else:
            made, kept = filled(fetched, asked, now)
        if generation == self.store.generation:
            if kept:
                self.store.put(asked.key, made)
            else:
                self.store.drop(asked.key)
        # A region that throttles is spared: who waits with others gets its refusal with them.
        if not kept and not fetched.left:
            self._remember_alone(asked.key, now)
        return Landed(made, state, shared=kept or fetched.left)

    def _remember_alone(self, key: Key, now: float) -> None:
        """Do not let others wait for an answer that they may not have, as one marked private."""
        if len(self._alone) >= _MOST_ALONE:
            self._alone.clear()
        self._alone[key] = now + _ALONE_S

    def _serve(
        self, request: web.BaseRequest, entry: Entry, state: CacheState, located: Located
    ) -> web.Response:
        self.states[state] += 1
        self._gateway.count(entry.region, entry.why, located.order[0])
        return answer_from(entry, state, request.headers, located, now=self._clock())
