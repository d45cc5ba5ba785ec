"""Passes of the reconciler over a whole replica, in slices that an invocation has time for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from services.configuration import tracing
from services.convergence.reconciling import MISLISTED, Reconciler
from services.domain import log_lines
from services.domain.stamp import MAX_AHEAD_MS, Stamp
from services.storage import keys
from services.storage.exceptions import RevisionMovedError
from services.storage.findings import ReconcilerFindings
from services.storage.replica import Replica, Write
from services.storage.walk import Page, Place

# A page is not begun with less time than checking two thousand entries may need.
_RESERVE_MS: Final = 60_000
GRACE_MS: Final = 120_000
"""Writes younger than this are left to the stream: their items may still be arriving."""

PASS_EVERY_MS: Final = 6 * 3600 * 1000
"""Milliseconds from the begin of a complete pass to that of the next scheduled one."""

DOUBTED_MS: Final = 7 * 24 * 3600 * 1000
"""Scheduled passes look at the writes of this time. An older write that a pass has verified is in
every version that can still replace another: a replica that was cut off for over 20 hours is no
longer part of the global table."""

LATE_MS: Final = 14 * 24 * 3600 * 1000
"""A region whose last complete pass is older than this keeps journal entries from expiring."""

Walk = Callable[[Place], Iterable[Page]]


@dataclass(frozen=True, slots=True)
class Slice:
    """What one invocation did.

    Attributes:
        place: Where the pass goes on; None where it is complete.
        findings: What the invocation looked at and found.
        read_units: What it read by the walk alone, in read request units.
    """

    place: Place | None
    findings: ReconcilerFindings
    read_units: float

    def to_json(self) -> dict[str, Any]:
        """Return the slice as JSON values."""
        return {
            "place": self.place.to_json() if self.place else None,
            "read_units": self.read_units,
            **self.findings.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one invocation may do, and which writes it looks at.

    Attributes:
        read_units: Read request units after which no further page is read.
        remaining_ms: Milliseconds that this invocation may still take; None: no limit.
        now_ms: Unix milliseconds.
        since_ms: Unix milliseconds; older writes are left out.
        grace_ms: Writes younger than this many milliseconds are left out.
        unverified_since_ms: Unix milliseconds; journal entries of writes after that may not expire
            soon. None: all may.
    """

    read_units: float
    remaining_ms: Callable[[], int] | None
    now_ms: int
    since_ms: int = 0
    grace_ms: int = GRACE_MS
    unverified_since_ms: int | None = None


def run_slice(
    walk: Walk,
    reconciler: Reconciler,
    place: Place,
    bounds: Bounds,
    checked: Callable[[Place], bool] = lambda _: True,
) -> Slice:
    """Check the replica from a place on, until it ends or a bound is reached; at least one page.

    Args:
        walk: Reads the pages.
        reconciler: Checks them.
        place: Where to begin.
        bounds: How much to do.
        checked: Gets the place after each page that is not the last, so that an invocation that
            dies need not be repeated; returns False where another process went on meanwhile.
    """
    read_units = 0.0
    goes_on: Place | None = place
    for page in walk(place):
        reconciler.note_unreadable(page.unreadable)
        reconciler.check(
            page.rows,
            since_ms=bounds.since_ms,
            until_ms=bounds.now_ms - bounds.grace_ms,
            now_s=bounds.now_ms // 1000,
            ahead_ms=bounds.now_ms + MAX_AHEAD_MS,
        )
        if bounds.unverified_since_ms is not None:
            reconciler.prolong(page.rows, bounds.unverified_since_ms, bounds.now_ms // 1000)
        read_units += page.read_units
        goes_on = page.next
        remaining = bounds.remaining_ms() if bounds.remaining_ms else None
        if read_units >= bounds.read_units or (remaining is not None and remaining < _RESERVE_MS):
            break
        if page.next is not None and not checked(page.next):
            break
    return Slice(goes_on, reconciler.findings, read_units)


def log_line(
    done: Slice,
    region: str,
    unix_ms: int,
    *,
    counted: bool = True,
    unverified_ms: int | None = None,
) -> str:
    """Return what an invocation writes to its log: metrics, findings and examples.

    Args:
        done: The slice.
        region: Where it ran.
        unix_ms: Now, in milliseconds since 1970-01-01T00:00Z.
        counted: Whether the findings are published as metrics.
        unverified_ms: See `PassRecord.unverified_ms`; None: not published.
    """
    found = done.findings
    # Rows of the directory ring no alarm, most are of an import under way: only the log has them.
    lost = found.found.total() - found.found[MISLISTED]
    counts: dict[str, int] = {}
    if counted:
        counts = {
            "Reconciled": found.documents,
            "ReconcilerFound": lost,
            "ReconcilerRepaired": found.repaired,
        }
    if unverified_ms is not None:
        counts["UnverifiedMinutes"] = unverified_ms // 60_000
    return log_lines.text(
        {
            **(log_lines.counts(unix_ms, counts) if counts else {}),
            **tracing.of_invocation(),
            "level": "ERROR" if lost else "INFO",
            "region": region,
            **done.to_json(),
        }
    )


def idle_line(region: str, unix_ms: int, unverified_ms: int) -> str:
    """Return what a scheduled run writes to its log that finds no pass due.

    Args:
        region: Where it ran.
        unix_ms: Now, in milliseconds since 1970-01-01T00:00Z.
        unverified_ms: See `PassRecord.unverified_ms`.
    """
    minutes = {"UnverifiedMinutes": unverified_ms // 60_000}
    return log_lines.text(
        {
            **log_lines.counts(unix_ms, minutes),
            **tracing.of_invocation(),
            "level": "INFO",
            "region": region,
            "idle": True,
        }
    )


class Letters(NamedTuple):
    """Dead letters of the stream's mapping: each names stream records that were given up.

    Attributes:
        seen: How many there were at the run before.
        verified: How many of those there were before the last pass began.
    """

    seen: int = 0
    verified: int = 0


class PassRecord:
    """How far a region's scheduled passes have come; only this region writes the item."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._key = keys.reconciliation(replica.region)
        stored = replica.get(self._key, consistent=True)
        body = stored.body if stored else {}
        self._rev = stored.rev if stored else None
        self.verified_ms: int = body.get("verified", 0)
        """Unix milliseconds; every write before was verified here. 0: no pass is complete yet."""
        self.first_ms: int = body.get("first", 0)
        """Unix milliseconds at which the first pass of this region began."""
        self.began_ms: int | None = body.get("began")
        """When the pass that is under way began; None where none is."""
        self.place = Place.load(body.get("place"))
        self._regions: list[str] = body.get("regions", [])
        self._letters = self._letters_kept = Letters(*body.get("letters", ()))
        self._letters_waited = self._letters.verified
        self._known = known_regions(replica)

    def unverified_ms(self, now_ms: int) -> int:
        """Return how old the oldest write may be that no complete pass has verified."""
        return now_ms - (self.verified_ms or self.first_ms or now_ms)

    def is_due(self, now_ms: int) -> bool:
        """Whether a pass is under way, or the last one is too old for what happened since.

        A region that was added, and stream records that were given up, make a pass due at once.
        """
        if self.began_ms is not None or not self.verified_ms:
            return True
        if self._letters_waited > self._letters.verified:
            return True
        if not {*self._known} <= {*self._regions}:
            return True
        return now_ms - self.verified_ms >= PASS_EVERY_MS

    def since_ms(self, now_ms: int) -> int:
        """Return from when on the pass looks at writes, Unix milliseconds; 0: at all."""
        is_new = not self.verified_ms or not {*self._known} <= {*self._regions}
        if is_new or now_ms - self.verified_ms > DOUBTED_MS // 2:
            return 0
        return now_ms - DOUBTED_MS

    def take_dead_letters(self, count: int | None) -> None:
        """Take how many dead letters the stream's mapping has now; None: it is not known.

        New ones make a pass due with the next run, when their writes are older than `GRACE_MS`.
        """
        if count is not None:
            self._letters_waited = min(count, self._letters.seen)
            self._letters = Letters(count, min(count, self._letters.verified))

    def keep_dead_letters(self) -> None:
        """Write down the dead letters, where no pass does."""
        if self._letters != self._letters_kept:
            self._write()

    def begin(self, now_ms: int) -> None:
        """Begin a pass."""
        self._letters = self._letters._replace(verified=self._letters_waited)
        self.began_ms, self.place = now_ms, Place()
        self.first_ms = self.first_ms or now_ms

    def advance(self, place: Place | None) -> bool:
        """Write down how far the pass has come; False where another process did meanwhile."""
        if place is None:
            self.verified_ms = max(self.verified_ms, (self.began_ms or 0) - GRACE_MS)
            self._regions = self._known
            self.began_ms, self.place = None, Place()
        else:
            self.place = place
        return self._write()

    def _write(self) -> bool:
        body = {
            "verified": self.verified_ms,
            "first": self.first_ms,
            "began": self.began_ms,
            "place": self.place.to_json(),
            "regions": self._regions,
            "letters": list(self._letters),
        }
        rev = self._replica.clock.tick(*([Stamp.parse(self._rev)] if self._rev else []))
        try:
            self._replica.write(Write(self._key, body, rev, self._rev))
        except RevisionMovedError:
            return False
        self._rev = str(rev)
        self._letters_kept = self._letters
        return True


def known_regions(replica: Replica) -> list[str]:
    """Return the names of the regions that have ever written a heartbeat."""
    beats = replica.partition(keys.REGIONS, prefix=keys.HEARTBEAT_PREFIX)
    return sorted(beat.key.sk.removeprefix(keys.HEARTBEAT_PREFIX) for beat in beats)


def unverified_since(replica: Replica, now_ms: int) -> int | None:
    """Return from when on writes are not verified by all regions, if a region is far behind.

    Args:
        replica: Of any region; it has the progress of all.
        now_ms: Unix milliseconds.

    Returns:
        Unix milliseconds; None where every region's last complete pass is younger than `LATE_MS`.
    """
    watermarks = [
        int(one.body.get("verified") or one.body.get("first") or now_ms)
        for one in replica.partition(keys.RECONCILIATION)
    ]
    lowest = min(watermarks, default=now_ms)
    return lowest if now_ms - lowest > LATE_MS else None
