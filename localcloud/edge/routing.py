"""Orders the regions that a request may go to, with the reason. Pure, no I/O."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from infra_cdk.edge_rules import has_third_path
from localcloud.edge.events import Events

Why = Literal["nearest", "failover", "health", "pinned", "drained", "fail-open"]


@dataclass(frozen=True, slots=True)
class Route:
    """Where the requests of a client go.

    Attributes:
        origins: The two origins of a group, or one where there is no other.
        why: Why the first is first.
        retries: The regions that a second and a third attempt of a write go to.
    """

    origins: tuple[str, ...]
    why: Why
    retries: tuple[str, ...] = ()

    def attempt(self, number: int) -> "Route":
        """Return the route of one attempt of a write: a single region.

        Args:
            number: From 1.
        """
        if number == 1 or not self.retries:
            return Route(self.origins[:1], self.why)
        return Route((self.retries[number - 2],), "failover")


def choose(
    order: tuple[str, ...], healthy: Callable[[str], bool], drained: Collection[str]
) -> Route:
    """Pick from the regions in order of distance, as the deployed edge does.

    With no region drained two latency records are looked up: one of all regions, one of all but the
    first one's answer. With one drained, the record without that region takes the place of the
    first; the second is then the next on the map, well or ill. With several drained the map decides
    alone (`infra_cdk/edge_function/choose_region.js`; a test compares). All drained is as none.
    """
    allowed = [region for region in order if region not in drained]
    spared = [region for region in order if region in drained]
    if not spared or not allowed:
        first = _record(order, healthy)
        others = [region for region in order if region != first]
        second = _record(others, healthy) if others else first
    else:
        first = _record(allowed, healthy) if len(spared) == 1 else allowed[0]
        second = allowed[1] if len(allowed) > 1 else spared[0]
    origins = (first,) if first == second else (first, second)
    why = _why(order, allowed, first, well=any(map(healthy, allowed or order)))
    return Route(origins, why, _retries(order, healthy, allowed, spared))


def _retries(
    order: tuple[str, ...], healthy: Callable[[str], bool], allowed: list[str], spared: list[str]
) -> tuple[str, ...]:
    """Return the regions of the second and the third attempt of a write.

    The names behind `next.api` and `third.api`, and while one region is drained the name
    `second-without` it; with several drained the map, and the drained ones after all others. Where
    there are fewer regions than attempts, the attempts begin anew.
    """
    third = has_third_path(len(order))
    if not spared or not allowed:
        first = _record(order, healthy)
        others = [region for region in order if region != first]
        second = _record(others, healthy) if others else first
        return second, _second(others, healthy) if third else first
    if len(spared) > 1:
        names = [*allowed, *spared]
    else:
        following = [_second(allowed, healthy)] if third else allowed[1:2]
        # With a third allowed region, the farthest: the names lead to the nearest ones.
        names = [_record(allowed, healthy), *following, *allowed[2:3], *spared]
    return names[1 % len(names)], names[2 % len(names)]


def _second(regions: Sequence[str], healthy: Callable[[str], bool]) -> str:
    """The answer of a latency record of which each region's entry leads past that region."""

    def rest(region: str) -> list[str]:
        return [other for other in regions if other != region]

    passed = _record(regions, lambda region: any(map(healthy, rest(region))))
    return _record(rest(passed), healthy)


def _record(regions: Sequence[str], healthy: Callable[[str], bool]) -> str:
    """The answer of a latency record.

    Where none at all is healthy, Route 53 treats all as if they were (developer guide, "How Route
    53 chooses records when health checking is configured").
    """
    return next(filter(healthy, regions), regions[0])


def _why(order: tuple[str, ...], allowed: list[str], first: str, *, well: bool) -> Why:
    if not allowed or not well:
        return "fail-open"
    if first == order[0]:
        return "nearest"
    return "drained" if first == allowed[0] else "health"


@dataclass(slots=True)
class _CachedRoute:
    until: float
    route: Route


class LatencyRecord:
    """`choose`, with its answers kept for a time to live, as resolvers keep DNS answers.

    Each point of presence has a resolver of its own. A changed drain flag counts at once: the flags
    are read by the edge, not out of DNS.
    """

    def __init__(
        self,
        healthy: Callable[[str], bool],
        drained: Callable[[], frozenset[str]],
        *,
        ttl: float,
        monotonic: Callable[[], float],
        events: Events,
    ) -> None:
        """Ask these for the state of the regions, `ttl` seconds apart."""
        self._healthy = healthy
        self._drained = drained
        self._ttl = ttl
        self._monotonic = monotonic
        self._events = events
        self._routes: dict[tuple[tuple[str, ...], frozenset[str]], _CachedRoute] = {}
        self._last: dict[tuple[str, ...], Route] = {}

    def resolve(self, order: tuple[str, ...]) -> Route:
        """Return the route of a client whose nearest regions are these, in order."""
        drained = self._drained()
        now = self._monotonic() if self._ttl else 0.0
        cached = self._routes.get((order, drained)) if self._ttl else None
        if cached and now < cached.until:
            route = cached.route
        else:
            route = choose(order, self._healthy, drained)
            if self._ttl:
                # At most one for each order of the regions: drain flags that passed are dropped.
                self._routes = {key: one for key, one in self._routes.items() if now < one.until}
                self._routes[order, drained] = _CachedRoute(now + self._ttl, route)
        if self._last.get(order) != route:
            self._log_change(order, route)
        return route

    def forget(self) -> None:
        """Forget all answers, as if no resolver had kept any."""
        self._routes.clear()

    def now(self, order: tuple[str, ...]) -> tuple[Route, float]:
        """Where requests go at present, and for how many seconds that is certain. Keeps nothing."""
        drained = self._drained()
        cached = self._routes.get((order, drained))
        left = cached.until - self._monotonic() if cached else 0.0
        if cached and left > 0:
            return cached.route, left
        return choose(order, self._healthy, drained), 0.0

    def _log_change(self, order: tuple[str, ...], route: Route) -> None:
        before = self._last.get(order)
        self._last[order] = route
        if before is None:
            before = Route(order, "nearest")
        if before.origins[0] != route.origins[0]:
            self._events.add(
                "shift",
                place=order[0],
                **{"from": before.origins[0], "to": route.origins[0], "why": route.why},
            )
        if (before.why == "fail-open") is not (route.why == "fail-open"):
            self._events.add("fail-open", place=order[0], on=route.why == "fail-open")
