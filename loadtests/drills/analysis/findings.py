"""The figures of one drill, from its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from loadtests.drills.analysis.evidence import Evidence
from loadtests.drills.analysis.outages import Outage, outage, worst
from loadtests.drills.analysis.percentiles import Spread, spread
from loadtests.drills.analysis.phases import Phases, phases
from loadtests.drills.analysis.staleness import staleness
from loadtests.drills.analysis.writes import Written, doubled, missing, operations
from loadtests.drills.records import FAILED_OVER, ROUTES, Record, Route


@dataclass(frozen=True, slots=True)
class Findings:
    """What a drill found.

    Attributes:
        lost: the regions that were taken away.
        begins: the first fault, seconds of the epoch.
        heals: the first healing; the end of the traffic if there was none.
        healed: the last healing.
        outages: while the fault lasted, by place and route.
        returns: after the first healing, by place and route.
        latency: by route, of successes; answers from the edge's cache apart.
        fresh: staleness of what regions answered, in seconds.
        cached: staleness of what the edge's cache answered.
        lost_writes: acknowledged, and missing in some region in the end.
        lost_at_switch: acknowledged before a region was left, and not held by all survivors then.
    """

    lost: tuple[str, ...]
    begins: float
    heals: float
    healed: float
    outages: tuple[Outage, ...]
    returns: tuple[Outage, ...]
    phases: Phases
    latency: dict[Route, Spread]
    fresh: Spread
    cached: Spread
    written: tuple[Written, ...]
    lost_writes: tuple[Written, ...]
    lost_at_switch: tuple[Written, ...]
    rpo_seconds: float
    doubled: tuple[Written, ...]


def find(evidence: Evidence) -> Findings:
    """Work everything out."""
    records = evidence.records
    written = tuple(operations(records))
    faults = [mark for mark in evidence.marks if mark.what == "fault"]
    heals = [mark.at for mark in evidence.marks if mark.what == "heal"]
    begins = faults[0].at if faults else evidence.traffic_ended
    first, last = (heals[0], heals[-1]) if heals else (evidence.traffic_ended,) * 2
    lost = tuple(dict.fromkeys(mark.region for mark in faults if mark.region))
    at_switch = _at_switch(evidence, written)
    return Findings(
        lost=lost,
        begins=begins,
        heals=first,
        healed=last,
        outages=_outages(evidence, begins, first),
        returns=_outages(evidence, first, inf),
        phases=phases(
            records,
            evidence.marks,
            lost or evidence.regions,
            begins=begins,
            ends=first,
            slow_s=evidence.slow_s,
        ),
        latency={route: spread(_latencies(records, route)) for route in ROUTES},
        fresh=spread(staleness(records, written, from_cache=False)),
        cached=spread(staleness(records, written, from_cache=True)),
        written=written,
        lost_writes=tuple(missing(written, evidence.holdings, before=inf)),
        lost_at_switch=at_switch,
        rpo_seconds=max((begins - (one.acknowledged or begins) for one in at_switch), default=0.0),
        doubled=tuple(doubled(written, evidence.holdings)),
    )


def _outages(evidence: Evidence, begins: float, ends: float) -> tuple[Outage, ...]:
    return tuple(
        outage(evidence.records, place, route, begins=begins, ends=ends, slow_s=evidence.slow_s)
        for place in evidence.regions
        for route in ROUTES
    )


def _latencies(records: Sequence[Record], route: Route) -> list[float]:
    return [one.latency for one in records if one.route == route and one.ok and not one.from_cache]


def _at_switch(evidence: Evidence, written: Sequence[Written]) -> tuple[Written, ...]:
    """What the region that was left had acknowledged, and the survivors did not hold."""
    found: dict[str, Written] = {}
    for switch in evidence.switches:
        mine = [one for one in written if one.region == switch.region]
        for one in missing(mine, switch.holdings, before=switch.at):
            found[one.id] = one
    return tuple(found.values())


def figures_of(found: Findings, evidence: Evidence) -> dict[str, float | None]:
    """Every figure that an objective may name."""
    records = evidence.records
    gets = [one for one in records if one.route == FAILED_OVER]
    figures: dict[str, float | None] = {
        "requests": len(records),
        "failed_gets": sum(not one.ok for one in gets),
        "failed_plain_gets": _failed(records, "get"),
        "failed_posts": _failed(records, "post"),
        "slow_requests": sum(one.ok and one.latency > evidence.slow_s for one in records),
        "cache_hits": sum(one.from_cache for one in gets),
        "uncached_gets": sum(not one.from_cache for one in gets),
        "failovers": sum(one.why == "failover" for one in gets),
        "acknowledged_writes": sum(one.acknowledged is not None for one in found.written),
        "failed_mutations": sum(one.failed_first for one in found.written),
        "unacknowledged_mutations": sum(one.acknowledged is None for one in found.written),
        "skipped_mutations": evidence.skipped,
        "lost_writes": len(found.lost_writes),
        "lost_at_switch": len(found.lost_at_switch),
        "rpo_seconds": found.rpo_seconds,
        "doubled_writes": len(found.doubled),
        "unequal": evidence.unequal,
        "converge_s": _since(found.healed, evidence.caught_up),
        "at_rest_s": _since(evidence.traffic_ended, evidence.at_rest),
        "staleness_p99_s": found.fresh.p99,
        "staleness_max_s": found.fresh.most,
        "cached_staleness_max_s": found.cached.most,
        "detect_s": found.phases.detect,
        "decide_s": found.phases.decide,
        "shift_s": found.phases.shift,
        "settle_s": found.phases.settle,
        "deviated": float(evidence.deviated),
        "generator_lag_p99_s": evidence.lag_p99_s,
        "deployed_regions": sum(
            mark.what == "fault" and mark.kind == "bad-deployment" for mark in evidence.marks
        ),
        "failed_open": sum(
            one.why == "fail-open" and one.intended >= found.begins for one in records
        ),
        "sent_to_lost": _sent_to_lost(found, evidence),
        "answered_elsewhere": _answered_elsewhere(found, evidence),
        "canary_failures": sum(mark.kind == "canary-failed" for mark in evidence.marks),
    }
    for route in ROUTES:
        for name, outages in (("rto_seconds", found.outages), ("return_seconds", found.returns)):
            seconds, restored = worst(outages, route)
            # Not restored while watched is worse than any limit.
            figures[f"{name}.{route}"] = seconds if restored else inf
        rto = figures[f"rto_seconds.{route}"] or 0.0
        figures[f"bound_ratio.{route}"] = rto / evidence.bounds.theory_s
    return figures


def _failed(records: Sequence[Record], route: Route) -> int:
    return sum(not one.ok for one in records if one.route == route)


def _since(begin: float, end: float | None) -> float | None:
    return None if end is None else max(0.0, end - begin)


def _sent_to_lost(found: Findings, evidence: Evidence) -> int:
    """Answers that lost regions gave between the shift and their healing."""
    parts = (found.phases.detect, found.phases.decide)
    shifted = found.begins + sum(part or 0.0 for part in parts)
    return sum(
        one.region in found.lost and shifted < one.intended < found.heals
        for one in evidence.records
        if not one.from_cache
    )


def _answered_elsewhere(found: Findings, evidence: Evidence) -> int:
    """Answers that clients next to a lost region got from another one before the healing."""
    return sum(
        one.ok and one.place in found.lost and one.region not in found.lost
        for one in evidence.records
        if not one.from_cache and found.begins < one.intended < found.heals
    )
