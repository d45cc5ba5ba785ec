"""Recovery time of each route, for the clients of each place.

The recovery time (RTO) counts from the fault to the first answer that a client got after the last
failed one, in the order in which requests were to be sent. A route that fails now and then is not
restored before its last failure. A client that got its answer from another region, by a further
request, was without it for as long as it waited: the recovery time is no shorter than that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from loadtests.drills.records import Record, Route
from loadtests.measurement.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Outage:
    """Requests and recovery of one route at one place.

    Attributes:
        observed: Requests from the fault on, answers from the edge's cache left out; with none of
            them nothing is known of the route.
        requests: Of these, the ones that were due while the fault lasted.
        failed: Requests without success.
        repeated: Successes after which another region had to be tried.
        slow: Successes that took longer than the drill's objective allows.
        rto_s: Seconds from the fault until it was restored; 0: nothing failed.
        restored: False where no request succeeded after the last failure; `rto_s` is then how long
            it was watched.
    """

    place: str
    route: Route
    observed: int
    requests: int
    failed: int
    repeated: int
    slow: int
    rto_s: float
    restored: bool


def outage(
    records: Sequence[Record],
    place: str,
    route: Route,
    *,
    begins: float,
    ends: float,
    slow_s: float,
) -> Outage:
    """Judge one route at one place.

    Args:
        records: Of the whole drill, by intended time.
        place: Whose clients.
        route: Which way of asking.
        begins: When the fault began, seconds of the epoch.
        ends: When it was healed; later failures belong to the return.
        slow_s: Latency above which a success is slow.
    """
    mine = [
        one
        for one in records
        if one.place == place and one.route == route and not one.from_cache and not one.burst
    ]
    # A request that was under way when the fault came is hit by it, too.
    during = [one for one in mine if one.done > begins and one.intended < ends]
    failed = [one for one in during if not one.ok]
    slow = [one for one in during if one.ok and one.latency > slow_s]
    rto, restored = 0.0, True
    if failed:
        last = failed[-1].intended
        after = next((one for one in mine if one.ok and one.intended > last), None)
        restored = after is not None
        rto = (after or mine[-1]).done - begins
    repeated = [one.latency for one in during if one.ok and one.tries > 1]
    rto = max(rto, *repeated, 0.0)
    observed = sum(one.done > begins for one in mine)
    return Outage(
        place,
        route,
        observed,
        requests=len(during),
        failed=len(failed),
        repeated=len(repeated),
        slow=len(slow),
        rto_s=rto,
        restored=restored,
    )


def worst(outages: Iterable[Outage], route: Route) -> Measurement:
    """Return the longest recovery of a route over all places, in seconds.

    Infinite if a place was not restored while it was watched. No value if the clients of a place
    sent nothing by this route: it is not known whether it works there.
    """
    mine = [one for one in outages if one.route == route]
    blind = [one.place for one in mine if not one.observed]
    if blind or not mine:
        where = f" by clients near {', '.join(blind)}" if blind else ""
        return Measurement.missing(f"no {route} request was sent after the fault{where}")
    longest = max(one.rto_s for one in mine)
    observed = sum(one.observed for one in mine)
    return Measurement(longest if all(one.restored for one in mine) else inf, observed)
