"""The figures of one drill, from its evidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from loadtests.drills.analysis.evidence import DrillEvidence
from loadtests.drills.analysis.outages import Outage, outage, worst
from loadtests.drills.analysis.phases import Phases, phases
from loadtests.drills.analysis.staleness import staleness
from loadtests.drills.analysis.writes import WriteOperation, doubled, missing, operations
from loadtests.drills.records import FAILED_OVER, ROUTES, Record, Route
from loadtests.drills.timeline import Mark
from loadtests.measurement.measurement import Measurement
from loadtests.measurement.percentiles import Distribution, distribution

_NOT_AGREED: Final = "not all regions held every write, and each sale once, in time"


@dataclass(frozen=True, slots=True)
class Findings:
    """Results of one drill.

    Attributes:
        lost: The regions that were taken away.
        begins: The first fault, seconds of the epoch.
        heals: The first healing; the end of the traffic if there was none.
        healed: The last healing.
        outages: While the fault lasted, by place and route.
        returns: After the first healing, by place and route.
        latency: By route, of successes; answers from the edge's cache apart.
        fresh: Staleness of what regions answered, in seconds.
        cached: Staleness of what the edge's cache answered.
        lost_writes: Acknowledged, and missing in some region in the end.
        lost_at_switch: Acknowledged before a region was left, and not held by all survivors then.
    """

    lost: tuple[str, ...]
    begins: float
    heals: float
    healed: float
    outages: tuple[Outage, ...]
    returns: tuple[Outage, ...]
    phases: Phases
    latency: dict[Route, Distribution]
    fresh: Distribution
    cached: Distribution
    written: tuple[WriteOperation, ...]
    lost_writes: tuple[WriteOperation, ...]
    lost_at_switch: tuple[WriteOperation, ...]
    rpo_seconds: float
    doubled: tuple[WriteOperation, ...]


def find(evidence: DrillEvidence) -> Findings:
    """Compute all findings of a run."""
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
        latency={route: distribution(_latencies(records, route)) for route in ROUTES},
        fresh=distribution(staleness(records, written, from_cache=False)),
        cached=distribution(staleness(records, written, from_cache=True)),
        written=written,
        lost_writes=tuple(missing(written, evidence.contents, before=inf)),
        lost_at_switch=at_switch,
        rpo_seconds=max((begins - (one.acknowledged or begins) for one in at_switch), default=0.0),
        doubled=tuple(doubled(written, evidence.contents)),
    )


def _outages(evidence: DrillEvidence, begins: float, ends: float) -> tuple[Outage, ...]:
    return tuple(
        outage(evidence.records, place, route, begins=begins, ends=ends, slow_s=evidence.slow_s)
        for place in evidence.regions
        for route in ROUTES
    )


def _latencies(records: Sequence[Record], route: Route) -> list[float]:
    return [one.latency for one in records if one.route == route and one.ok and not one.from_cache]


def _at_switch(
    evidence: DrillEvidence, written: Sequence[WriteOperation]
) -> tuple[WriteOperation, ...]:
    """Return what the region that was left had acknowledged, and the survivors did not hold."""
    found: dict[str, WriteOperation] = {}
    for switch in evidence.switches:
        mine = [one for one in written if one.region == switch.region]
        for one in missing(mine, switch.contents, before=switch.at):
            found[one.id] = one
    return tuple(found.values())


def figures_of(found: Findings, evidence: DrillEvidence) -> dict[str, Measurement]:
    """Return every figure that an objective may name."""
    return {
        **_request_figures(found, evidence),
        **_write_figures(found, evidence),
        **_recovery_figures(found, evidence),
        **evidence.orders,
        **evidence.live,
        "staleness_p99_s": _spread(found.fresh, found.fresh.p99, "no region answered a read"),
        "staleness_max_s": _spread(found.fresh, found.fresh.most, "no region answered a read"),
        "cached_staleness_max_s": _spread(
            found.cached, found.cached.most, "the edge's cache answered no read"
        ),
        "deviated": Measurement(float(evidence.deviated), 1),
        "generator_lag_p99_s": Measurement.of(
            evidence.lag_p99_s, len(evidence.records), "the traffic sent no request"
        ),
    }


def _request_figures(found: Findings, evidence: DrillEvidence) -> dict[str, Measurement]:
    records = evidence.records
    by_route = {route: [one for one in records if one.route == route] for route in ROUTES}
    gets = by_route[FAILED_OVER]

    def count(of: Sequence[Record], wanted: Callable[[Record], bool], what: str) -> Measurement:
        return Measurement.of(sum(map(wanted, of)), len(of), f"the traffic sent no {what}")

    def failed(route: Route) -> Measurement:
        return count(by_route[route], lambda one: not one.ok, f"{route} request")

    def events(wanted: Callable[[Mark], bool]) -> Measurement:
        return Measurement.of(
            sum(map(wanted, evidence.marks)), len(evidence.marks), "the run's timeline is empty"
        )

    return {
        "requests": Measurement(len(records), len(records)),
        "failed_gets": failed(FAILED_OVER),
        "failed_plain_gets": failed("get"),
        "failed_posts": failed("post"),
        "slow_requests": count(
            records, lambda one: one.ok and one.latency > evidence.slow_s, "request"
        ),
        "cache_hits": count(gets, lambda one: one.from_cache, "persisted GET"),
        "uncached_gets": count(gets, lambda one: not one.from_cache, "persisted GET"),
        "failovers": count(gets, lambda one: one.why == "failover", "persisted GET"),
        "repeated_elsewhere": count(records, lambda one: one.tries > 1 and one.ok, "request"),
        "shed_requests": Measurement.of(
            sum(one.shed for one in records),
            sum(one.tries for one in records),
            "the traffic sent no request",
        ),
        "failed_open": count(
            records,
            lambda one: one.why == "fail-open" and one.intended >= found.begins,
            "request",
        ),
        "sent_to_lost": count(records, _is_sent_to_lost(found), "request"),
        "answered_elsewhere": count(records, _is_answered_elsewhere(found), "request"),
        "deployed_regions": events(
            lambda mark: mark.what == "fault" and mark.kind == "bad-deployment"
        ),
        "canary_failures": events(lambda mark: mark.kind == "canary-failed"),
        "alarms": events(lambda mark: mark.kind == "alarm"),
    }


def _write_figures(found: Findings, evidence: DrillEvidence) -> dict[str, Measurement]:
    written = found.written
    acknowledged = sum(one.acknowledged is not None for one in written)
    # What is lost is judged by the tables: without their content nothing is known of any write.
    judged = acknowledged if evidence.contents else 0
    no_write = "no write was acknowledged, or no table was read"
    no_switch = "no region was left while its survivors' tables could be read"
    switched = len(evidence.switches)
    waits = distribution(
        [one.acknowledged - one.intended for one in written if one.acknowledged is not None]
    )

    def operations(count: int) -> Measurement:
        return Measurement.of(count, len(written), "the traffic made no mutation")

    return {
        "acknowledged_writes": operations(acknowledged),
        "failed_mutations": operations(sum(one.failed_first for one in written)),
        "unacknowledged_mutations": operations(len(written) - acknowledged),
        "skipped_mutations": operations(evidence.skipped),
        "slowest_mutation_s": _spread(waits, waits.most, "no mutation was acknowledged"),
        "mutation_p99_s": _spread(waits, waits.p99, "no mutation was acknowledged"),
        "lost_writes": Measurement.of(len(found.lost_writes), judged, no_write),
        "doubled_writes": Measurement.of(len(found.doubled), judged, no_write),
        "lost_at_switch": Measurement.of(len(found.lost_at_switch), switched, no_switch),
        "rpo_seconds": Measurement.of(found.rpo_seconds, switched, no_switch),
        "unequal": Measurement.of(
            evidence.unequal, evidence.compared, "no item of the tables was compared"
        ),
    }


def _recovery_figures(found: Findings, evidence: DrillEvidence) -> dict[str, Measurement]:
    healed, ended = found.healed, evidence.traffic_ended
    figures = {
        "converge_s": _moment(
            _since(healed, evidence.caught_up), "not all regions held every write in time"
        ),
        "agree_s": _moment(
            _since(healed, evidence.agreed),
            _NOT_AGREED,
        ),
        "doubled_meanwhile": Measurement.of(
            None if evidence.agreed is None else evidence.doubled_meanwhile,
            1,
            _NOT_AGREED,
        ),
        "at_rest_s": _moment(
            _since(ended, evidence.at_rest), "the regions did not come to rest in time"
        ),
        "detect_s": _moment(found.phases.detect, "the edge decided nothing about a lost region"),
        "decide_s": _moment(found.phases.decide, "the edge decided nothing about a lost region"),
        "shift_s": _moment(found.phases.shift, "the edge decided nothing about a lost region"),
        "settle_s": _moment(found.phases.settle, "no request was sent while the fault lasted"),
    }
    for route in ROUTES:
        rto = worst(found.outages, route)
        figures[f"rto_seconds.{route}"] = rto
        figures[f"return_seconds.{route}"] = worst(found.returns, route)
        ratio = None if rto.value is None else rto.value / evidence.bounds.theory_s
        figures[f"bound_ratio.{route}"] = Measurement.of(ratio, rto.observations, rto.reason)
    return figures


def _spread(of: Distribution, value: float | None, reason: str) -> Measurement:
    return Measurement.of(value, of.samples, reason)


def _moment(seconds: float | None, reason: str) -> Measurement:
    return Measurement.of(seconds, 1, reason)


def _since(begin: float, end: float | None) -> float | None:
    return None if end is None else max(0.0, end - begin)


def _is_sent_to_lost(found: Findings) -> Callable[[Record], bool]:
    """Return whether a lost region gave an answer between the shift and its healing."""
    parts = (found.phases.detect, found.phases.decide)
    shifted = found.begins + sum(part or 0.0 for part in parts)
    return lambda one: (
        not one.from_cache and one.region in found.lost and shifted < one.intended < found.heals
    )


def _is_answered_elsewhere(found: Findings) -> Callable[[Record], bool]:
    """Return whether another region answered a client near a lost one before the healing."""
    return lambda one: (
        not one.from_cache
        and one.ok
        and one.place in found.lost
        and one.region not in found.lost
        and found.begins < one.intended < found.heals
    )
