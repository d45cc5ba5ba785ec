"""The regions that perform their duties, by their heartbeats; read again every few seconds.

A heartbeat says what its region's clock said. One from the future is as old as it has been known
here: else a region whose clock was ahead would seem to live for as long after it was lost.
"""

from collections.abc import Sequence
from typing import Final, Protocol

from services.domain.orders import takeover
from services.domain.stamp import MAX_AHEAD_MS
from services.storage.regions import RegionStates

_KEPT_MS: Final = 5_000


class Heartbeats(Protocol):
    """What reads the heartbeats of all regions: a `RegionRepository`."""

    def states(self) -> RegionStates:
        """Return the heartbeats in this replica."""
        ...


class LivingRegions:
    """Answers which regions live."""

    def __init__(self, heartbeats: Heartbeats, here: str, regions: Sequence[str]) -> None:
        """Take the regions; their heartbeats are read at the first question.

        Args:
            heartbeats: Reads them.
            here: This region.
            regions: All regions of the deployment.
        """
        self._heartbeats = heartbeats
        self._here = here
        self._regions = tuple(regions)
        self._beats: dict[str, int] = {}
        # Region to its latest heartbeat, and when this process first had it, by its wall clock.
        self._first_read: dict[str, tuple[int, int]] = {}
        self._read_ms = 0

    def __call__(self, now_ms: int, wall_ms: int | None = None) -> frozenset[str]:
        """Return the regions that live at a time.

        How long a heartbeat has been known is measured by the wall clock alone, whose error does
        not matter for that: the times by which a process judges may go back between two calls.

        Args:
            now_ms: Unix milliseconds (UTC).
            wall_ms: Unix milliseconds (UTC) of the process's wall clock; None: `now_ms` is that.
        """
        wall_ms = now_ms if wall_ms is None else wall_ms
        if not 0 <= wall_ms - self._read_ms < _KEPT_MS:
            self._beats, self._read_ms = self._heartbeats.states().heartbeats, wall_ms
            for region, beat in self._beats.items():
                if self._first_read.get(region, (None, 0))[0] != beat:
                    self._first_read[region] = beat, wall_ms
        beats = {
            one: min(beat, now_ms - (wall_ms - read))
            for one, (beat, read) in self._first_read.items()
        }
        return takeover.alive(beats, self._here, self._regions, now_ms)

    def ahead_ms(self, now_ms: int) -> int:
        """Return by how many milliseconds another region's clock is ahead: an hour at most.

        It is what the heartbeats show, so less by the age of the latest one; 0 where none is ahead.

        Args:
            now_ms: Unix milliseconds (UTC), of the latest call of this object.
        """
        latest = max((at for one, at in self._beats.items() if self._is_another(one)), default=0)
        return min(MAX_AHEAD_MS, max(0, latest - now_ms))

    def silent_s(self, now_ms: int) -> int:
        """Return for how many seconds nothing has arrived from the region that is silent longest.

        Every region writes each minute, so a region is silent where it is lost, or where its writes
        are not replicated to here. A region of which nothing ever arrived is `unheard`.

        Args:
            now_ms: Unix milliseconds (UTC), of the latest call of this object.
        """
        others = (at for region, at in self._beats.items() if self._is_another(region))
        return max((max(0, now_ms - at) // 1000 for at in others), default=0)

    def unheard(self) -> int:
        """Return of how many other regions of the deployment no write has ever arrived here.

        Such a region is not deployed yet, or replication to here has never worked. As of the latest
        call of this object.
        """
        return sum(one != self._here and one not in self._beats for one in self._regions)

    def _is_another(self, region: str) -> bool:
        return region != self._here and region in self._regions
