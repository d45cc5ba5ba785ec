"""Brings the regions to one state: replication to its end, then a pass of every reconciler.

The emulators keep their tables when they stop, but not their streams: a repair that is still to be
made would be forgotten. So a cloud settles before it stops, and again before it is ready, in case
it could not the last time.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from localcloud.exceptions import LocalCloudError
from localcloud.layout import CloudLayout
from localcloud.processes import find, is_frozen
from localcloud.reconciliation import repair
from localcloud.replicator.client import ReplicatorClient
from localcloud.waiting import results_of

_STEP = 1.0  # seconds that a stop request may wait
_ROUNDS = 6  # a repair in one region may need one more in another


class UnsettledError(LocalCloudError):
    """The regions did not come to one state in time."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What reconcilers found until the regions came to one state.

    Attributes:
        repaired: Findings of the reconcilers that were repaired.
        left: Findings that no reconciler can repair.
    """

    repaired: int
    left: int


def settle(
    layout: CloudLayout, *, within: float, pause: Callable[[float], None] = time.sleep
) -> Settled:
    """Wait for replication and reconcile, until a round changes nothing.

    The clients' writes must have ended; those of stream Lambdas may go on.

    Args:
        layout: The cloud; its emulators and its replicator run.
        within: Seconds until it gives up.
        pause: Waits some seconds, between two steps and while they run; what it raises is raised.

    Raises:
        UnsettledError: A region is frozen or away, replication is paused, or time is up.
    """
    deadline = time.monotonic() + within
    _require_running(layout)
    client = ReplicatorClient(layout)
    repaired = 0
    pool = ThreadPoolExecutor(len(layout.regions), thread_name_prefix="settle")
    ended = threading.Event()

    def between() -> None:
        """End a pass that nobody waits for any more."""
        if ended.is_set() or time.monotonic() > deadline:
            raise _late(within)

    try:
        for _ in range(_ROUNDS):
            while not client.wait_until_quiet(_STEP):
                if time.monotonic() > deadline:
                    raise _late(within)
                pause(0)
            jobs = [pool.submit(repair, region, between=between) for region in layout.regions]
            results = results_of(jobs, pause, between)
            made = sum(result.repaired for result in results)
            repaired += made
            if not made:
                return Settled(repaired, sum(result.left for result in results))
            if time.monotonic() > deadline:
                break
    finally:
        ended.set()
        pool.shutdown(wait=False, cancel_futures=True)
    raise _late(within)


def _late(within: float) -> UnsettledError:
    return UnsettledError(
        f"the regions did not come to one state in {within:.0f} s",
        "the next `carte up` reconciles them; `carte repair` does at any time",
    )


def _require_running(layout: CloudLayout) -> None:
    """Check that all processes run: with one missing, the regions never come to one state.

    Raises:
        UnsettledError: See `settle`.
    """
    hint = "the next `carte up` reconciles what is left"
    if ReplicatorClient(layout).status()["state"] != "running":
        raise UnsettledError("replication is paused", hint)
    for region in layout.regions:
        record = layout.process("emulator", region.name)
        process = find(record) if record else None
        if process is None or is_frozen(process):
            raise UnsettledError(f"{region.name} is away", hint)
