"""The report of a check, for people and for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from loadtests.checker.findings import KINDS, Violation, counts
from loadtests.checker.history import Attempt, CheckOperation, History
from loadtests.checker.schedule import never_set
from loadtests.measurement.measurement import Measurement, to_json

Verdict = Literal["ok", "violated", "unsettled", "inconclusive"]
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one check.

    Attributes:
        operations: That clients made up.
        acknowledged: Of them, by some region.
        unknown: Operations whose outcome their clients never learned.
        attempts: Requests for operations, retries included.
        unanswered: Of them, without an answer in time.
        conflicts: What `editConflicts` shows of the check's documents.
        repairs: Joins that the stream Lambdas of all regions wrote meanwhile.
        undone: Effects of operations that two regions had applied, taken back.
        stale_in_repair: Stale reads of documents that several regions wrote at once.
        longest_stale_s: The longest of them, in seconds.
        faults: The kinds of faults that were to be set.
        windows: How often each kind of fault was set.
        rounds_of_lost_repairs: The round in which the stream records of concurrent writes were lost
            in all regions; 0 where in none, None where they were not to be lost.
        settled: The regions came to rest in time.
        dataset: The name that is part of every key that the check wrote.
    """

    seed: int
    dataset: str
    seconds: float
    clients: int
    plant: str
    operations: int
    acknowledged: int
    unknown: int
    attempts: int
    unanswered: int
    reads: int
    conflicts: int
    repairs: Measurement
    undone: Measurement
    stale_in_repair: int
    longest_stale_s: float
    faults: Sequence[str]
    windows: Mapping[str, int]
    rounds_of_lost_repairs: int | None
    settled: bool
    violations: tuple[Violation, ...]
    history: str

    @property
    def verdict(self) -> Verdict:
        """`ok` only when every rule held, of something, under every fault that was wanted."""
        if self.violations:
            return "violated"
        if not self.settled:
            return "unsettled"
        return "inconclusive" if self.missing else "ok"

    @property
    def missing(self) -> list[str]:
        """Return why an `ok` would show nothing, as texts; empty where it shows something."""
        found = never_set(self.faults, self.windows)
        found += [] if self.acknowledged else ["no operation was acknowledged"]
        found += [] if self.reads else ["no client read a store"]
        lost = "the stream Lambdas read what should have been dropped"
        return found + ([lost] if self.rounds_of_lost_repairs == 0 else [])

    @property
    def measurements(self) -> dict[str, Measurement]:
        """Every figure that rests on observations, by its name in JSON."""
        no_write, no_read = "no operation was acknowledged", "no client read a store"
        kinds = {
            kind: Measurement.of(number, self.acknowledged, no_write)
            for kind, number in counts(self.violations).items()
        }
        return {
            "repairs": self.repairs,
            "undone": self.undone,
            **kinds,
            "staleInRepair": Measurement.of(self.stale_in_repair, self.reads, no_read),
            "longestStaleSeconds": Measurement.of(self.longest_stale_s, self.reads, no_read),
        }

    def to_json(self) -> dict[str, Any]:
        """Return the answer of `carte check --json`."""
        return {
            "seed": self.seed,
            "verdict": self.verdict,
            "operations": self.operations,
            "acknowledged": self.acknowledged,
            "unknown": self.unknown,
            "attempts": self.attempts,
            "unanswered": self.unanswered,
            "reads": self.reads,
            "conflicts": self.conflicts,
            **to_json(self.measurements),
            "settled": self.settled,
            "seconds": round(self.seconds, 1),
            "clients": self.clients,
            "faults": dict(self.windows),
            "missing": self.missing,
            "lostRepairs": self.rounds_of_lost_repairs,
            "plant": self.plant,
            "violations": [
                {
                    "kind": one.kind,
                    "subject": one.subject,
                    "detail": one.detail,
                    "operations": list(one.operations),
                }
                for one in self.violations[:_SHOWN]
            ],
            "history": self.history,
        }


def describe(report: Report, history: History) -> Iterator[str]:
    """The report for people, line by line."""
    yield f"seed         {report.seed} ({report.dataset})"
    yield (
        f"operations   {report.operations:,}: {report.acknowledged:,} acknowledged, "
        f"{report.unknown:,} of unknown outcome"
    )
    yield f"requests     {report.attempts:,}, {report.unanswered:,} without an answer in time"
    faults = ", ".join(f"{number} x {kind}" for kind, number in report.windows.items())
    yield f"faults       {faults or 'none'}"
    yield f"dropped      {_dropped(report.rounds_of_lost_repairs)}"
    yield f"conflicts    {report.conflicts:,}"
    yield f"repairs      {report.repairs.text('{:,.0f}')}"
    yield f"undone       {report.undone.text('{:,.0f} operations')}"
    figures = report.measurements
    for kind in KINDS:
        yield f"{kind:<12} {figures[kind].text('{:,.0f}')}"
    yield (
        f"reads        {report.reads:,}; stale while a conflict was being repaired: "
        f"{figures['staleInRepair'].text('{:,.0f}')}, at most for "
        f"{figures['longestStaleSeconds'].text('{:.1f} s')}"
    )
    for violation in report.violations[:_SHOWN]:
        yield ""
        yield f"{violation.kind}: {violation.subject}"
        yield f"  {violation.detail}"
        yield from attempts_of(violation.operations, history)
    if len(report.violations) > _SHOWN:
        yield f"... and {len(report.violations) - _SHOWN:,} more"
    for one in report.missing:
        yield f"missing      {one}"
    yield f"history      {report.history}"
    yield f"verdict      {report.verdict}"


def _dropped(rounds: int | None) -> str:
    if rounds is None:
        return "no stream records of concurrent writes"
    if not rounds:
        return "not shown: the stream Lambdas read what should have been dropped; check again"
    return f"the stream records of concurrent writes, in round {rounds}"


def attempts_of(operations: Sequence[str], history: History) -> Iterator[str]:
    """The last requests for some operations as lines of text, by time.

    Args:
        operations: Ids of the operations.
        history: Of the check.
    """
    attempts: Mapping[str, list[Attempt]] = history.by_operation()
    lines = [
        (one.sent, _line(history.operations[name], one))
        for name in operations
        for one in attempts.get(name, ())
    ]
    for _, line in sorted(lines)[-_SHOWN:]:
        yield f"    {line}"


def _line(operation: CheckOperation, one: Attempt) -> str:
    what = dict(operation.sets) or dict(operation.sold) or operation.input.get("orderId", "")
    why = f" ({one.why})" if one.why else ""
    return (
        f"{one.sent:7.2f}-{one.ended:.2f} s client {operation.client} in {one.region}: "
        f"{operation.action} {what} -> {one.outcome}{why} [{operation.id}]"
    )
