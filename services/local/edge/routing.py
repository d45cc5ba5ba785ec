"""Which regions a request may go to, in which order, and why. Pure decisions, no I/O."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, Literal

Why = Literal["nearest", "failover", "health", "pinned", "drained", "fail-open"]

# CloudFront fails over for these methods only (developer guide, "Optimize high availability with
# CloudFront origin failover"); a POST may have been applied by the region that did not answer.
RETRIED_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
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
    flags before any name is resolved. Route 53 treats all records as healthy when none is: then
    the drained ones still stay out, unless all are drained.
    """
    allowed = order
    if drained:
        allowed = tuple(region for region in order if region not in drained)
        if not allowed:
            return Route(order, "fail-open")
    origins = tuple(region for region in allowed if healthy(region))
    if not origins:
        return Route(allowed, "fail-open")
    if origins[0] == order[0]:
        return Route(origins, "nearest")
    return Route(origins, "drained" if origins[0] == allowed[0] else "health")


class LatencyRecord:
    """`choose`, with its answers kept for a time to live, as resolvers keep DNS answers.

    A changed drain flag counts at once: the flags are read by the edge, not out of DNS.
    """

    def __init__(
        self,
        healthy: Callable[[str], bool],
        drained: Callable[[], frozenset[str]],
        *,
        ttl: float,
        monotonic: Callable[[], float],
    ) -> None:
        """Ask these for the state of the regions, `ttl` seconds apart."""
        self._healthy = healthy
        self._drained = drained
        self._ttl = ttl
        self._monotonic = monotonic
        self._kept: dict[tuple[tuple[str, ...], frozenset[str]], tuple[float, Route]] = {}

    def resolve(self, order: tuple[str, ...]) -> Route:
        """The route for a client who sees the regions in this order."""
        drained = self._drained()
        if not self._ttl:
            return choose(order, self._healthy, drained)
        now = self._monotonic()
        kept = self._kept.get((order, drained))
        if kept and now < kept[0]:
            return kept[1]
        route = choose(order, self._healthy, drained)
        # At most one entry for each order of the regions: drain flags that passed are dropped.
        self._kept = {key: value for key, value in self._kept.items() if now < value[0]}
        self._kept[order, drained] = (now + self._ttl, route)
        return route


def origins_for(method: str, route: Route, most: int) -> tuple[str, ...]:
    """The regions to try one after the other for a request of this method, at most `most`."""
    return route.origins[: most if method in RETRIED_METHODS else 1]
