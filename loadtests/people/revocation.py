"""Measures for how long a revoked manager can still change something, in each region."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from loadtests.people.requests import NO_ANSWER, OK, STORE, Reached
from localcloud.faults.client import FaultClient
from localcloud.issuer import this_machines
from localcloud.layout import CloudLayout
from services.storage.people import MAX_AGE_S

_FORBIDDEN: Final = "FORBIDDEN"
_PAUSE_S: Final = 0.25  # between two mutations of the manager in a region
# Seconds beyond the bound for which every region must have refused: each emulated region has
# several processes, each with a memory of its own.
_QUIET_S: Final = MAX_AGE_S + 3
_CUT_S: Final = 40.0
_LONGEST_S: Final = 180.0

ProgressCallback = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Revocation:
    """What became of a manager's mutations after a revocation.

    Attributes:
        case: Which one.
        last_s: Region to the seconds from the revocation to the beginning of the last mutation
            that was accepted there; 0: none was.
        refused_s: Region to the seconds from the revocation to the first refusal.
        healed_s: Seconds from the revocation to the end of the partition; None: there was none.
    """

    case: str
    last_s: dict[str, float]
    refused_s: dict[str, float]
    healed_s: float | None


def measure(layout: CloudLayout, on_progress: ProgressCallback) -> Iterator[Revocation]:
    """Revoke a manager in three situations, and yield what was measured in each.

    The manager has the role by the token alone, so that no region has to learn of it first.
    """
    first, *_, cut = layout.region_names
    on_progress("revoked in one region")
    yield _measured(layout, f"revoked in {first} alone", [first])
    on_progress(f"revoked in every region, {cut} without replication")
    with _partition(layout, cut, _LONGEST_S):
        yield _measured(
            layout, f"revoked in every region by itself, {cut} partitioned", layout.region_names
        )
    on_progress(f"revoked in one region, {cut} without replication for {_CUT_S:.0f} s")
    with _partition(layout, cut, _LONGEST_S):
        yield _measured(
            layout, f"revoked in {first} alone, {cut} partitioned", [first], heal_after_s=_CUT_S
        )


def _measured(
    layout: CloudLayout, case: str, revoke_in: Sequence[str], heal_after_s: float | None = None
) -> Revocation:
    issuer = this_machines()
    subject = f"revoked-{uuid.uuid4().hex[:12]}"
    token = issuer.token([f"store:{STORE}:manager"], subject=subject)
    admin = issuer.token(["chain:admin"], subject="loadtests-people")
    regions = {one.name: Reached(one.api_url) for one in layout.regions}
    with ThreadPoolExecutor(len(regions) + 1) as pool:
        # Until every region has accepted one, so that its processes remember the manager.
        list(pool.map(lambda one: _until_ok(one, token), regions.values()))
        began = time.monotonic()
        for name in revoke_in:
            outcome = regions[name].revoke(admin, subject)
            if outcome != OK:
                raise RuntimeError(f"the revocation in {name} was answered with {outcome}")
        healed: list[float] = []
        if heal_after_s is not None:
            pool.submit(_heal_later, layout, began, heal_after_s, healed)
        least = began + _QUIET_S + (heal_after_s or 0.0)
        watched = pool.map(lambda one: _watch(one, token, began, least), regions.values())
        found = dict(zip(regions, watched, strict=True))
    return Revocation(
        case,
        {name: last for name, (last, _) in found.items()},
        {name: refused for name, (_, refused) in found.items()},
        healed[0] if healed else None,
    )


def _until_ok(region: Reached, token: str) -> None:
    deadline = time.monotonic() + _LONGEST_S
    outcome = region.sale(token)
    while outcome != OK:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{region.url} answers the manager's mutations with {outcome}")
        time.sleep(_PAUSE_S)
        outcome = region.sale(token)


def _watch(region: Reached, token: str, began: float, least: float) -> tuple[float, float]:
    """Send mutations until all were refused for a while.

    Args:
        region: Where.
        token: The manager's.
        began: When the manager was revoked, on the clock `time.monotonic`.
        least: Until when mutations are sent at least.

    Returns:
        Seconds to the last mutation that was accepted, and to the first refusal.
    """
    last = refused = 0.0
    while True:
        sent = time.monotonic()
        outcome = region.sale(token)
        if outcome == OK:
            last = sent - began
        elif outcome == _FORBIDDEN:
            refused = refused or time.monotonic() - began
        elif outcome != NO_ANSWER and not outcome.startswith("status 5"):
            raise RuntimeError(f"{region.url} answers with {outcome}")
        now = time.monotonic()
        if refused and now > least and now - began - last > _QUIET_S:
            return last, refused
        if now - began > _LONGEST_S:
            raise RuntimeError(f"{region.url} went on accepting for {last:.0f} s")
        time.sleep(_PAUSE_S)


def _heal_later(layout: CloudLayout, began: float, after_s: float, healed: list[float]) -> None:
    time.sleep(max(0.0, began + after_s - time.monotonic()))
    FaultClient(layout).heal_all()
    healed.append(time.monotonic() - began)


@contextmanager
def _partition(layout: CloudLayout, region: str, seconds: float) -> Iterator[None]:
    """Have nothing replicated to or from a region; healed in any case."""
    faults = FaultClient(layout)
    faults.inject("replication-pause", region, seconds=seconds)
    try:
        yield
    finally:
        faults.heal_all()
