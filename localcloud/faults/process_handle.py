"""Freezes and kills regions, and gives them back.

A killed region is a power cut. Nothing outside this machine sees more of it from the first moment:
the fault has shut its gate and cut its replication before. What differs is the disk:

- `kept` (as DynamoDB's is): the emulator is made to save its tables before it goes. Its stream it
  cannot save, as DynamoDB would, so the stream Lambda gets a moment to read what is in it. All
  that was acknowledged is there when the region is back, and what had not been replicated then is.
- `lost`: SIGKILL. The region comes back as it was at its last clean stop and is filled from the
  others; what it had acknowledged and not yet replicated is gone.
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import psutil

from localcloud import emulator, regions
from localcloud.exceptions import LocalCloudError
from localcloud.faults.handle import Handle, HandleError
from localcloud.layout import CloudLayout
from localcloud.processes import find, marked, signal_group, stop_all

# The stream Lambda polls a few times a second and works off a batch in milliseconds.
_STREAM_GRACE_S: Final = 1.0


class ProcessHandle(Handle):
    """The processes of a region."""

    def __init__(self, layout: Callable[[], CloudLayout]) -> None:
        self._now = layout

    async def turn(self, subject: str, values: Sequence[dict[str, Any]]) -> None:
        """Down while any fault kills it, else frozen while any fault freezes it."""
        try:
            await asyncio.to_thread(self._set, subject, values)
        except (LocalCloudError, psutil.Error, OSError) as error:
            raise HandleError(str(error)) from error

    def knows(self, subject: str) -> bool:
        """Whether it is a region."""
        return subject in self._now().region_names

    def mark(self, subject: str) -> object:
        """The running emulator: one that was started anew is not frozen."""
        return self._now().process("emulator", subject)

    def _set(self, region: str, values: Sequence[dict[str, Any]]) -> None:
        layout = self._now()
        disks = {value["killed"] for value in values if "killed" in value}
        frozen = any("frozen" in value for value in values)
        held = _held(layout, region)
        if disks:
            if not held:
                _lose(layout, region) if "lost" in disks else _power_off(layout, region)
            return
        if held:
            regions.restore(layout, region)
        elif frozen:
            regions.freeze(layout, region)
        else:
            # Where nothing runs there is nothing to thaw; the supervisor starts it running.
            with contextlib.suppress(LocalCloudError):
                regions.thaw(layout, region)


def _held(layout: CloudLayout, region: str) -> bool:
    return any(
        regions.hold_marker(layout, record.name).exists()
        for record in regions.records(layout, region)
    )


def _lose(layout: CloudLayout, region: str) -> None:
    regions.kill(layout, region)


def _power_off(layout: CloudLayout, region: str) -> None:
    """End the region's processes; its emulator writes its disk first."""
    time.sleep(_STREAM_GRACE_S)
    for record in regions.records(layout, region):
        marker = regions.hold_marker(layout, record.name)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        process = find(record)
        members = marked(layout.state_dir, record.name)
        # Its Lambda workers first: it would wait for their invocations, for ever if frozen.
        stop_all([one for one in members if one != process], grace=0.0)
        if process is not None and record.role == "emulator":
            stop_all([process], grace=emulator.STOP_GRACE)
        signal_group(record, signal.SIGKILL)
        stop_all(marked(layout.state_dir, record.name), grace=0.0)
