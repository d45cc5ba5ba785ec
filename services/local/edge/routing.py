"""Which regions a request may go to, in which order, and why. Pure decisions, no I/O."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, Literal

from services.local.edge.events import Events

Why = Literal["nearest", "failover", "health", "pinned", "drained", "fail-open"]

# The criteria that an origin group has by default in CDK.
FAILOVER_STATUSES: Final = frozenset({500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Route:
    """The answer of the latency record: regions in the order to try, and why the first is first."""

    origins: tuple[str, ...]
    why: Why


def choose(
    order: tuple[str, ...], healthy: Callable[[str], bool], drained: Collection[str]
) -> Route:
    """Pick from the regions in order of distance.

    Drained regions are left out before health is looked at, because the edge function reads the
    flags before any name is resolved. A drained region that is healthy still goes before regions
    that are not: a flag asks to be spared, not to let everybody down. Where none at all is healthy,
    Route 53 treats all as if they were (developer guide, "How Route 53 chooses records when health
    checking is configured"): then the drained ones stay out, unless all are.
    """
    usable = tuple(region for region in order if healthy(region))
    allowed = tuple(region for region in order if region not in drained)
    origins = tuple(region for region in usable if region not in drained)
    if origins:
        if origins[0] == order[0]:
            return Route(origins, "nearest")
        return Route(origins, "drained" if origins[0] == allowed[0] else "health")
    return Route(usable or allowed or order, "fail-open")


@dataclass(slots=True)
class _Kept:
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
        self._kept: dict[tuple[tuple[str, ...], frozenset[str]], _Kept] = {}
        self._last: dict[tuple[str, ...], Route] = {}

    def resolve(self, order: tuple[str, ...]) -> Route:
        """The route for a client who sees the regions in this order."""
        drained = self._drained()
        now = self._monotonic() if self._ttl else 0.0
        kept = self._kept.get((order, drained)) if self._ttl else None
        if kept and now < kept.until:
            route = kept.route
        else:
            route = choose(order, self._healthy, drained)
            if self._ttl:
                # At most one for each order of the regions: drain flags that passed are dropped.
                self._kept = {key: one for key, one in self._kept.items() if now < one.until}
                self._kept[order, drained] = _Kept(now + self._ttl, route)
        if self._last.get(order) != route:
            self._tell(order, route)
        return route

    def forget(self) -> None:
        """Ask anew for everything, as if no resolver had kept anything."""
        self._kept.clear()

    def now(self, order: tuple[str, ...]) -> tuple[Route, float]:
        """Where requests go at present, and for how many seconds that is certain. Keeps nothing."""
        drained = self._drained()
        kept = self._kept.get((order, drained))
        left = kept.until - self._monotonic() if kept else 0.0
        if kept and left > 0:
            return kept.route, left
        return choose(order, self._healthy, drained), 0.0

    def _tell(self, order: tuple[str, ...], route: Route) -> None:
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
