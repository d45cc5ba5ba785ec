"""The actuator of a region's processes: freezes them, ends them, and lets them run again.

Killing a region stands for a power cut. From its first moment nothing outside the region sees more
of it, because the fault has shut the region's gate and cut its replication before. The disk decides
what is left when the region is back:

- `kept`, as with DynamoDB: the emulator saves its tables before it ends. It cannot save its stream,
  as DynamoDB would, so the stream Lambda gets a moment to read the stream's last records. When the
  region is back, every acknowledged write is there, and unreplicated ones are replicated then.
- `lost`: SIGKILL. The region comes back with the state of its last clean stop and is filled from
  the other regions; acknowledged writes that were not replicated are lost.
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import psutil

from localcloud import regions, stopping
from localcloud.exceptions import LocalCloudError
from localcloud.faults.actuator import Actuator, ActuatorError
from localcloud.layout import CloudLayout
from localcloud.processes import find, marked, signal_group, stop_all
from localcloud.saving import SavedTables, note_killed

# Seconds. The stream Lambda polls a few times a second and handles a batch in milliseconds.
_STREAM_GRACE_S: Final = 1.0


class ProcessActuator(Actuator):
    """Freezes and kills the processes of a region."""

    def __init__(self, layout: Callable[[], CloudLayout]) -> None:
        self._layout = layout

    async def apply(self, target: str, values: Sequence[dict[str, Any]]) -> None:
        """End the region's processes while any fault kills it, else freeze while any freezes it."""
        try:
            await asyncio.to_thread(self._apply, target, values)
        except ActuatorError:
            raise
        except (LocalCloudError, psutil.Error, OSError) as error:
            raise ActuatorError(str(error)) from error

    def has_target(self, target: str) -> bool:
        """Return whether the target is a region."""
        return target in self._layout().region_names

    def incarnation(self, target: str) -> object:
        """Return the running emulator: a restarted one is not frozen."""
        return self._layout().process("emulator", target)

    def _apply(self, region: str, values: Sequence[dict[str, Any]]) -> None:
        layout = self._layout()
        disks = {value["killed"] for value in values if "killed" in value}
        frozen = any("frozen" in value for value in values)
        held = _is_held(layout, region)
        if disks:
            if not held and "lost" in disks:
                regions.kill(layout, region)
            elif not held:
                _power_off(layout, region)
            return
        if held:
            regions.restore(layout, region)
        elif frozen:
            regions.freeze(layout, region)
        else:
            # A region that does not run need not be thawed; the supervisor starts it unfrozen.
            with contextlib.suppress(LocalCloudError):
                regions.thaw(layout, region)


def _is_held(layout: CloudLayout, region: str) -> bool:
    return any(
        regions.hold_marker(layout, record.name).exists()
        for record in regions.records(layout, region)
    )


def _power_off(layout: CloudLayout, region: str) -> None:
    """End the region's processes; its emulator saves its tables first.

    Raises:
        ActuatorError: The emulator could not save its tables, so that its disk is not kept.
    """
    saved = SavedTables(layout)
    unsaved: list[str] = []
    time.sleep(_STREAM_GRACE_S)
    for record in regions.records(layout, region):
        marker = regions.hold_marker(layout, record.name)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        process = find(record)
        members = marked(layout.state_dir, record.name)
        # Its Lambda workers first: the emulator waits for their invocations, forever if frozen.
        stop_all([one for one in members if one != process], grace=0.0)
        if process is not None and record.role == "emulator":
            for why in stopping.stop_working([process], idle_s=stopping.IDLE_S).values():
                note_killed(layout.logs, record.name, why)
                unsaved.append(f"{record.name} {why}, and had to be killed")
            unsaved += [one for one in saved.failures() if one.startswith(f"{record.name}:")]
        signal_group(record, signal.SIGKILL)
        stop_all(marked(layout.state_dir, record.name), grace=0.0)
    if unsaved:
        raise ActuatorError(
            f"the disk of {region} is not kept: {'; '.join(unsaved)[:500]}",
            "what was written there since its last clean stop is gone, the region is filled from "
            "the others; see to room on the disk and a quieter machine before you try again",
        )
