"""Rule for sessions: read-your-writes and monotonic reads in a client's own region.

For a document that only one region writes, and for sales, that holds at every moment, and a stale
read is a violation. Where regions write one document at once, the one that lost shows the winner's
version until the stream Lambda has joined the two: last-writer-wins replaces whole items, and a
read in that moment is stale by design. Such reads are counted, with how long they lasted; that
they end is what the rules of registers and counters check.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from loadtests.checker.findings import Violation
from loadtests.checker.history import Attempt, History, Read
from loadtests.checker.read_your_writes import check_listing, check_sales
from loadtests.checker.region_state import RegionState
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.keys import Key

Entry = tuple[Key, str]


@dataclass(frozen=True, slots=True)
class Sessions:
    """Result of the rule for sessions.

    Attributes:
        reads: How many there were.
        in_repair: Stale reads of documents that several regions wrote.
        longest_s: The longest time after which one of them was still stale, in seconds.
    """

    violations: tuple[Violation, ...]
    reads: int
    in_repair: int
    longest_s: float


@dataclass(frozen=True, slots=True)
class _Stale:
    """A value that a client saw although it had seen, or written, a later one."""

    read: Read
    entry: Entry
    shown: Any
    why: str
    since: float
    operations: tuple[str, ...]


def check_sessions(history: History, state: RegionState, alone: Collection[str]) -> Sessions:
    """Read-your-writes and monotonic reads.

    Args:
        history: What clients did; each reads in its own region only.
        state: Of any region, after the regions became equal.
        alone: The stores that only one client, in its region, ever writes.
    """
    stamps = _Stamps(state)
    sessions = _sessions(history)
    stale = [one for events in sessions.values() for one in _stale(history, events, stamps)]
    contested = [one for one in stale if one.read.store not in alone]
    violations = [_violation(one) for one in stale if one.read.store in alone]
    for events in sessions.values():
        violations += check_listing(history, events, alone)
        violations += check_sales(history, events, state)
    longest = max((one.read.sent - one.since for one in contested), default=0.0)
    return Sessions(tuple(violations), len(history.reads), len(contested), round(longest, 3))


class _Stamps:
    """Which write a value came from; the clients' prices and counts are all different."""

    def __init__(self, state: RegionState) -> None:
        self._by_value: dict[tuple[Entry, Any], Stamp] = {}
        self._by_operation: dict[tuple[Entry, str], Stamp] = {}
        for document, entries in state.journal.items():
            for entry in entries:
                for change in entry.changes:
                    at = (document, change.entry)
                    # The first of several applications of one operation.
                    self._by_value.setdefault((at, change.value), entry.stamp)
                    self._by_operation.setdefault((at, entry.operation_id), entry.stamp)

    def of_value(self, entry: Entry, value: Any) -> Stamp | None:
        return self._by_value.get((entry, value))

    def of_operation(self, entry: Entry, name: str) -> Stamp | None:
        return self._by_operation.get((entry, name))


def _sessions(history: History) -> dict[int, list[Attempt | Read]]:
    """What each client did in its own region, in order; a client does one thing at a time."""
    homes = {read.client: read.region for read in history.reads}
    found: defaultdict[int, list[Attempt | Read]] = defaultdict(list)
    everything: list[Attempt | Read] = [*history.attempts, *history.reads]
    for event in everything:
        if homes.get(event.client) == event.region:
            found[event.client].append(event)
    return {client: sorted(events, key=lambda one: one.ended) for client, events in found.items()}


def _stale(history: History, events: list[Attempt | Read], stamps: _Stamps) -> Iterator[_Stale]:
    floor: dict[Entry, tuple[Stamp, float, str, str]] = {}

    def raise_to(entry: Entry, stamp: Stamp | None, at: float, why: str, name: str) -> None:
        if stamp is not None and (entry not in floor or floor[entry][0] < stamp):
            floor[entry] = (stamp, at, why, name)

    for event in events:
        if isinstance(event, Attempt):
            operation = history.operations[event.operation]
            if event.outcome == "ok":
                for path in operation.sets:
                    entry = (operation.document, path)
                    stamp = stamps.of_operation(entry, operation.id)
                    raise_to(entry, stamp, event.ended, "it had written", operation.id)
            continue
        for entry, value in _entries_of(event):
            stamp = stamps.of_value(entry, value)
            if entry in floor:
                least, since, why, name = floor[entry]
                if stamp is None or stamp < least:
                    what = f"{why} {least}"
                    operations = (name,) if name else ()
                    yield _Stale(event, entry, value, what, since, operations)
            raise_to(entry, stamp, event.ended, "it had read", "")


def _entries_of(read: Read) -> Iterator[tuple[Entry, Any]]:
    for item, price in read.prices.items():
        yield (keys.assortment(read.store), f"{item}/price"), price
    for item, count in read.counts.items():
        yield (keys.stock(read.store), f"{item}/count"), count


def _violation(one: _Stale) -> Violation:
    document, path = one.entry
    return Violation(
        "stale",
        f"{document.pk}/{document.sk} {path} read by client {one.read.client}",
        f"at {one.read.sent:.2f} s {one.read.region} showed {one.shown!r}, although {one.why} "
        f"at {one.since:.2f} s",
        one.operations,
    )
