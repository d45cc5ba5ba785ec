"""The data that a drill is judged by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from loadtests.drills.analysis.bounds import Bounds
from loadtests.drills.analysis.writes import TableContents
from loadtests.drills.records import Record
from loadtests.drills.timeline import Mark
from loadtests.measurement.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Switch:
    """Contents of the survivors' tables when clients were first sent to them.

    Attributes:
        at: When they were about to be read, seconds of the epoch.
        region: The region that traffic left.
        contents: Of the survivors' tables, by region.
    """

    at: float
    region: str
    contents: Mapping[str, TableContents]


@dataclass(frozen=True, slots=True)
class DrillEvidence:
    """The records of a drill run, for the analysis.

    Attributes:
        records: Since the warm-up ended, by intended time.
        marks: By time.
        regions: The cloud's, the primary first.
        slow_s: Latency above which a success is slow.
        switches: One for each region that was left.
        contents: What each region's table held in the end.
        caught_up: Since when, after the last healing, every region held what was written before it.
        agreed: Since when, besides, every region counted each sale once.
        doubled_meanwhile: Sales that a region counted twice before that.
        traffic_ended: When the last request was answered.
        at_rest: When all regions were seen equal and idle; None: not in time.
        unequal: Items that were not byte-equal everywhere in the end.
        compared: Items that were compared.
        deviated: Whether Chaos Toolkit found the steady state gone afterwards.
        lag_p99_s: How late the generator itself was, 99th percentile.
        lag_max_s: The same, at worst.
        sampling_s: Route to the time between two of its requests from one place.
        problems: What could not be read at some moment of the run.
        orders: Figures of the orders that were placed beside the traffic, by name.
        live: Figures of the subscriptions that were open beside the traffic, by name.
        skipped: Mutations that were due and could not be made up: every cell was taken.
    """

    records: Sequence[Record]
    marks: Sequence[Mark]
    regions: tuple[str, ...]
    bounds: Bounds
    slow_s: float
    switches: Sequence[Switch]
    contents: Mapping[str, TableContents]
    caught_up: float | None
    agreed: float | None
    doubled_meanwhile: int
    traffic_ended: float
    at_rest: float | None
    unequal: int
    compared: int
    deviated: bool
    lag_p99_s: float | None
    lag_max_s: float | None
    skipped: int
    sampling_s: Mapping[str, float] = field(default_factory=dict)
    problems: Sequence[str] = ()
    orders: Mapping[str, Measurement] = field(default_factory=dict)
    live: Mapping[str, Measurement] = field(default_factory=dict)
