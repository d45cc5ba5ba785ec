"""Keeps a region whose emulator was restarted from serving until its table is filled again.

An emulator that was killed has its tables as they were at its last clean stop, or none. A region
that sold before the others had sent back what it lost would count on from counters that are too
low, and its newer items would replace those of the others. DynamoDB does the same for a replica
that is added: it takes no requests before it is filled.
"""

import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from localcloud.exceptions import LocalCloudError
from localcloud.faults.client import FaultClient
from localcloud.layout import CloudLayout
from localcloud.reconciliation import repair
from localcloud.replicator.client import ReplicatorClient

_WITHIN: Final = 120.0  # seconds; then the region serves what it has
_POLL: Final = 0.1
_TRIES: Final = 3  # of a pass of the reconciler, while the region's Lambdas still start
_AGAIN: Final = 2.0
_MARKERS: Final = "reconciling"  # folder of a file for each region that is filled or reconciled


class Refill:
    """Closes the service's way to one region's DynamoDB while the region is filled again."""

    def __init__(self, layout: CloudLayout, region: str) -> None:
        """Close it; does nothing where the fault controller or the replicator does not answer."""
        self._layout = layout
        self._region = region
        self._fault: str | None = None
        self._abandoned = False
        self._compared = 0
        with suppress(LocalCloudError, KeyError):
            status = ReplicatorClient(layout).status()
            self._compared = status["resync"][region]["compared"]
            fault = FaultClient(layout).inject("refill", region, seconds=2 * _WITHIN)
            self._fault = fault.id

    def finish(self, pause: Callable[[float], None] = time.sleep) -> None:
        """Wait until the region has what the others hold, let it serve, and reconcile it.

        While that goes on, `is_reconciling` says so: the emulator lost its stream with its process,
        so the reconciler joins what the stream's Lambda had still to join.

        Raises:
            LocalCloudError: The reconciler failed; its schedule comes back to it.
        """
        marker = _marker(self._layout, self._region)
        marker.parent.mkdir(parents=True, exist_ok=True)
        mine = f"{id(self)}"
        marker.write_text(mine, encoding="ascii")
        try:
            self._fill(pause)
            if not self._abandoned:
                self._reconcile(pause)
        finally:
            # A later restart may have written its own meanwhile.
            if marker.exists() and marker.read_text(encoding="ascii") == mine:
                marker.unlink(missing_ok=True)

    def _fill(self, pause: Callable[[float], None]) -> None:
        """Wait until the region has what the others hold, where its table is kept closed."""
        deadline = time.monotonic() + _WITHIN
        try:
            while self._fault and time.monotonic() < deadline and not self._is_filled():
                pause(_POLL)
        finally:
            self._open()

    def _reconcile(self, pause: Callable[[float], None]) -> None:
        found = next(one for one in self._layout.regions if one.name == self._region)
        for left in reversed(range(_TRIES)):
            try:
                repair(found)
            except LocalCloudError:
                if not left or self._abandoned:
                    raise
                pause(_AGAIN)
            else:
                return

    def abandon(self) -> None:
        """Heal the fault: a later refill of the region has a fault of its own."""
        self._abandoned = True
        self._open()

    def _open(self) -> None:
        fault, self._fault = self._fault, None
        if fault is not None:
            with suppress(LocalCloudError):
                FaultClient(self._layout).heal(fault)

    def _is_filled(self) -> bool:
        try:
            status = ReplicatorClient(self._layout).status()
        except LocalCloudError:
            return False
        return is_filled(status, self._region, self._compared)


def is_reconciling(layout: CloudLayout, region: str) -> bool:
    """Return whether a restarted region is still filled or reconciled."""
    return _marker(layout, region).exists()


def forget_refills(layout: CloudLayout) -> None:
    """Forget the refills of a cloud that was ended in the middle of them."""
    shutil.rmtree(layout.state_dir / _MARKERS, ignore_errors=True)


def _marker(layout: CloudLayout, region: str) -> Path:
    return layout.state_dir / _MARKERS / region


def is_filled(status: Mapping[str, Any], region: str, compared: int) -> bool:
    """Return whether a region that was restarted has all that can reach it.

    Args:
        status: As the replicator's control API shows it.
        region: The region.
        compared: How often its table had been compared before the restart.
    """
    resync = status["resync"][region]
    if resync["compared"] <= compared or not resync["settled"]:
        return False
    return not any(
        pair["pending"]
        for pair in status["pairs"]
        if pair["to"] == region and not pair["cut"] and status["regions"][pair["from"]]["reachable"]
    )
