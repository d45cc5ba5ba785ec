"""Freeze and thaw, kill and restore the processes of a region.

Freezing (SIGSTOP) is closest to an outage: connections stay open without an answer. It stops the
whole process group, Lambda workers included. Killing loses what the emulator held since its last
clean stop, as the loss of a machine would; a marker keeps the supervisor from restarting it.
"""

import shutil
import signal
from pathlib import Path

from localcloud.exceptions import NotRunningError
from localcloud.layout import CloudLayout, ProcessRecord
from localcloud.processes import find, is_frozen, marked, signal_group, stop_all


def freeze(layout: CloudLayout, region: str) -> None:
    """Stop a region's processes in place until `thaw`.

    Raises:
        LocalCloudError: There is no such region.
        NotRunningError: The region does not run.
    """
    _signal(layout, region, signal.SIGSTOP)


def thaw(layout: CloudLayout, region: str) -> None:
    """Let a frozen region go on where it was.

    Raises:
        LocalCloudError: There is no such region.
        NotRunningError: The region does not run.
    """
    _signal(layout, region, signal.SIGCONT)


def kill(layout: CloudLayout, region: str) -> None:
    """Lose a region: SIGKILL for its processes, and no restart until `restore`.

    Raises:
        LocalCloudError: There is no such region.
    """
    layout.region(region)
    for record in records(layout, region):
        marker = hold_marker(layout, record.name)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        signal_group(record, signal.SIGKILL)
        stop_all(marked(layout.state_dir, record.name), grace=0.0)


def restore(layout: CloudLayout, region: str) -> None:
    """Let the supervisor start a killed region again.

    Raises:
        LocalCloudError: There is no such region.
    """
    layout.region(region)
    for record in records(layout, region):
        hold_marker(layout, record.name).unlink(missing_ok=True)


def release_all(layout: CloudLayout) -> None:
    """Remove the markers of killed processes, so that a new start starts all of them."""
    shutil.rmtree(layout.state_dir / "held", ignore_errors=True)


def hold_marker(layout: CloudLayout, name: str) -> Path:
    """Return the file whose presence keeps the supervisor from restarting a process."""
    return layout.state_dir / "held" / name


def records(layout: CloudLayout, region: str) -> list[ProcessRecord]:
    """The recorded processes of a region: its emulator, and its direct runtime if it has one."""
    return [record for record in layout.processes if record.region == region]


def frozen(layout: CloudLayout, region: str) -> bool:
    """Return whether the region's emulator is frozen."""
    record = layout.process("emulator", region)
    process = find(record) if record else None
    return process is not None and is_frozen(process)


def _signal(layout: CloudLayout, region: str, number: signal.Signals) -> None:
    layout.region(region)
    if not any([signal_group(record, number) for record in records(layout, region)]):  # noqa: C419 - every group gets the signal
        raise NotRunningError(
            f"region {region} of the cloud at port {layout.port} does not run",
            f"`carte status --port {layout.port}` shows what does",
        )
