"""Stop a cloud whatever state it is in, and make sure that nothing of it is left."""

import contextlib
import os
import shutil
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from localcloud import emulator, settling
from localcloud.exceptions import LocalCloudError
from localcloud.layout import CloudLayout
from localcloud.ports import describe, holders
from localcloud.processes import find, marked, stop_all, wait_gone
from localcloud.saving import SavedTables

# Replicator, edge and faults end at once; they note where they are in well under this.
_GRACE = 10.0
_SETTLED_WITHIN = 30.0
# The supervisor stops everything in order, emulators within their own grace.
_SUPERVISOR_GRACE = _SETTLED_WITHIN + emulator.STOP_GRACE + 3 * _GRACE
# A file in the state folder: the data is to be removed, so nothing need be settled.
_DISCARD = "discard"


@dataclass(frozen=True)
class Teardown:
    """The result of `stop`.

    Attributes:
        stopped: How many processes ended.
        foreign: Ports of this cloud that a program of someone else listens on by now.
    """

    stopped: int
    foreign: tuple[str, ...]


def stop(layout: CloudLayout, *, discard: bool = False) -> Teardown:
    """Stop all processes of a cloud; state stays, so that the next start has the data again.

    Args:
        layout: The cloud.
        discard: Whether the data will be removed, so that nothing need be settled first.

    Raises:
        LocalCloudError: Something would not end, or an emulator could not save its tables.
    """
    before = _everything(layout)
    saved = SavedTables(layout)
    supervisor = layout.process("supervisor")
    running = find(supervisor) if supervisor else None
    if running is not None and running.pid != os.getpid():
        if discard:
            (layout.state_dir / _DISCARD).touch()
        running.send_signal(signal.SIGTERM)
        running.send_signal(signal.SIGCONT)
        wait_gone([running], timeout=_SUPERVISOR_GRACE)
    sweep(layout)
    left = _everything(layout)
    if left:
        raise LocalCloudError(
            f"still running: {', '.join(describe(process) for process in left)}",
            "they ignore SIGKILL; a debugger or the kernel holds them",
        )
    if not discard:
        saved.check()
    return Teardown(len(before), tuple(_foreign_ports(layout)))


def settle_before_stop(layout: CloudLayout, say: Callable[[str], None]) -> None:
    """End the clients' writes, then bring the regions to one state; says so when it cannot.

    An emulator that stops forgets its stream, and with it the repairs that were still to be made.
    """
    if (layout.state_dir / _DISCARD).exists():
        return
    writing = [process for role in ("edge", "direct") for process in _recorded(layout, role)]
    stop_all(writing, grace=_GRACE)
    try:
        settled = settling.settle(layout, within=_SETTLED_WITHIN)
    except LocalCloudError as error:
        say(f"  not settled: {error.message}; the next `carte up` reconciles")
    else:
        say(f"  settled, {settled.repaired} repaired" if settled.repaired else "  settled")


def sweep(layout: CloudLayout) -> None:
    """End every process of the cloud but the caller, in the order that loses nothing.

    Processes that write to the emulators end first, then the emulators save their state, then
    Lambda workers and all others that carry the cloud's mark end.
    """
    by_role = {role: _recorded(layout, role) for role in ("edge", "direct", "replicator", "faults")}
    stop_all([process for found in by_role.values() for process in found], grace=_GRACE)
    # After the edge, so that webhooks under way are kept; localstripe saves at its end.
    for role in ("payments", "localstripe"):
        stop_all(_recorded(layout, role), grace=_GRACE)
    emulators = _recorded(layout, "emulator")
    # An emulator waits for the invocations that run: up to ten seconds, for ever if frozen.
    workers = [process for process in marked(layout.state_dir) if _is_worker(process, emulators)]
    for process in workers:
        with contextlib.suppress(psutil.Error):
            process.kill()
    stop_all(emulators, grace=emulator.STOP_GRACE)
    stop_all(_everything(layout), grace=1.0)


def wipe(state_dir: Path) -> None:
    """Remove data, logs and templates of a stopped cloud: its whole state folder.

    The start has made sure that the folder held nothing else.
    """
    shutil.rmtree(state_dir, ignore_errors=True)


def abandon(state_dir: Path) -> None:
    """Stop and remove a cloud whose `cloud.json` cannot be read: by the processes' mark alone."""
    stop_all(marked(state_dir), grace=_GRACE)
    wipe(state_dir)


def _recorded(layout: CloudLayout, role: str) -> list[psutil.Process]:
    found = [find(record) for record in layout.processes if record.role == role]
    return [process for process in found if process is not None and process.pid != os.getpid()]


def _everything(layout: CloudLayout) -> list[psutil.Process]:
    """Recorded processes, and marked ones that no record names (any more)."""
    recorded = [find(record) for record in layout.processes]
    both = [process for process in recorded if process is not None] + marked(layout.state_dir)
    return [process for process in _distinct(both) if process.pid != os.getpid()]


def _distinct(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    return list({process.pid: process for process in processes}.values())


def _is_worker(process: psutil.Process, emulators: list[psutil.Process]) -> bool:
    try:
        return process not in emulators and process.ppid() in {parent.pid for parent in emulators}
    except psutil.Error:
        return False


def _foreign_ports(layout: CloudLayout) -> list[str]:
    return [f"{port}: {describe(holder)}" for port, holder in holders(layout.ports()).items()]
