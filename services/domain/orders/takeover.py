"""Which region performs a duty: the responsible one, or another one where that one is lost."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from services.domain.orders.duty import Duty

# A region's health checks renew its heartbeat every few seconds, and its sweeper every minute.
HEARTBEAT_OLD_MS: Final = 90_000
# One that was probed: six heartbeats, and the time they take to arrive.
PROBED_MS: Final = 30_000
# A region that lives and does not perform a duty for so long is not able to.
OVERDUE_MS: Final = 10 * 60_000
# After which a region that lives looks again at what stays due, at the latest.
LONGEST_WAIT_MS: Final = 60 * 60_000


def region_of(name: str, regions: Iterable[str]) -> str:
    """Return the region that is responsible for what a name stands for: one of all, evenly."""
    ordered = sorted(regions)
    return ordered[zlib.crc32(name.encode()) % len(ordered)]


def alive(
    heartbeats: Mapping[str, int],
    here: str,
    regions: Iterable[str],
    now: int,
    within_ms: int = HEARTBEAT_OLD_MS,
) -> frozenset[str]:
    """Return the regions that perform their duties, as far as this region can see.

    Args:
        heartbeats: Region to the Unix milliseconds of its latest heartbeat that arrived here.
        here: The region that looks; it lives.
        regions: All regions of the deployment.
        now: Unix milliseconds (UTC).
        within_ms: Milliseconds after which a heartbeat is too old.
    """
    return frozenset(
        one for one in regions if one == here or now - heartbeats.get(one, 0) < within_ms
    )


def is_taken_over(duty: Duty, here: str) -> bool:
    """Return whether a region performs a duty in place of the responsible one."""
    return not duty.only and duty.responsible != here


def performs(
    duty: Duty, here: str, living: AbstractSet[str], regions: Sequence[str], now: int
) -> bool:
    """Return whether a region performs a duty that is due.

    One region takes over what a lost region leaves: the next living one in the alphabet. Regions
    that see different heartbeats may both take it over, which is harmless by the duty's key.

    Args:
        duty: The duty.
        here: The region.
        living: As `alive` returns them.
        regions: All regions of the deployment.
        now: Unix milliseconds (UTC).
    """
    if duty.only:
        return duty.only == here
    return is_here(duty.responsible, duty.due_at, here, living, regions, now)


def is_left_undone(due_at: int, now: int) -> bool:
    """Return whether some work is due for so long that another region does it beside its own.

    Args:
        due_at: Since when it is due, Unix milliseconds (UTC).
        now: Unix milliseconds (UTC).
    """
    return now - due_at > OVERDUE_MS


def is_here(  # noqa: PLR0917 - what decides it
    responsible: str,
    due_at: int,
    here: str,
    living: AbstractSet[str],
    regions: Sequence[str],
    now: int,
) -> bool:
    """Return whether some work that is due is this region's: its own, or that of a lost region.

    Args:
        responsible: The region that does it as long as it lives.
        due_at: Since when it is due, Unix milliseconds (UTC).
        here: The region.
        living: As `alive` returns them.
        regions: All regions of the deployment.
        now: Unix milliseconds (UTC).
    """
    able = living - {responsible} if is_left_undone(due_at, now) else living
    if responsible == here or responsible in able:
        return responsible == here
    names = sorted({*regions, responsible})
    at = names.index(responsible)
    after = [*names[at + 1 :], *names[:at]]
    return next((one for one in after if one in able), "") == here
