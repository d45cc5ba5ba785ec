"""Versions of an item, and the last-writer-wins order between them. Pure, no I/O."""

import enum
from typing import NamedTuple

TOMBSTONE = b""
"""The digest of a deleted item."""


class Version(NamedTuple):
    """One write of one item, as a global table sees it.

    `(stamp, origin)` names exactly one content of the item, in every region: convergence rests
    on that. The tuple order is therefore the last-writer-wins order, with the region's name as
    tie-break; the digest never decides.

    Attributes:
        stamp: Milliseconds since the epoch by the origin's (perhaps skewed) clock.
        origin: The region where the write was made.
        digest: Digest of the item's canonical image, or `TOMBSTONE`.
    """

    stamp: int
    origin: str
    digest: bytes

    @property
    def deleted(self) -> bool:
        """Whether this write removed the item."""
        return self.digest == TOMBSTONE


class Verdict(enum.Enum):
    """The decision on a version that is offered to a region.

    Attributes:
        STALE: The region holds this version or a newer one.
        SAME: Newer, but the content is already there: only the version moves up.
        WRITE: Newer: the region's table must change.
    """

    STALE = "stale"
    SAME = "same"
    WRITE = "write"


def judge(offered: Version, held: Version | None) -> Verdict:
    """Decide what a region that holds `held` does with `offered`."""
    if held is not None and offered[:2] <= held[:2]:
        return Verdict.STALE
    here = TOMBSTONE if held is None else held.digest
    return Verdict.SAME if here == offered.digest else Verdict.WRITE


def local_write(clock_ms: int, held: Version | None, region: str, digest: bytes) -> Version:
    """Stamp a write made in `region` over `held`.

    Within a region an item's stamp never goes back, whatever its clock does: with raw skewed
    clocks regions end up unequal.
    """
    stamp = clock_ms if held is None else max(clock_ms, held.stamp + 1)
    return Version(stamp, region, digest)


def newest(versions: list[Version | None]) -> Version | None:
    """Return the version that must stand everywhere in the end, or None when there is none."""
    present = [version for version in versions if version is not None]
    return max(present, key=lambda version: version[:2]) if present else None
