"""Stop a cloud whatever state it is in, and make sure that nothing of it is left."""

import contextlib
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from localcloud import settling, stopping
from localcloud.exceptions import LocalCloudError
from localcloud.layout import CloudLayout, ProcessRecord
from localcloud.ports import describe, taken
from localcloud.processes import find, marked, name_of, stop_all, supervisors
from localcloud.saving import SavedTables, note_killed

# Replicator, edge and faults end at once; they note where they are in well under this.
_GRACE = 10.0
_SETTLED_WITHIN = 30.0
# The supervisor stops everything in order, and waits for emulators as long as they save.
_SUPERVISOR_GRACE = _SETTLED_WITHIN + stopping.IDLE_S + 3 * _GRACE
_SUPERVISOR_AT_MOST = _SUPERVISOR_GRACE + stopping.AT_MOST_S
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
    _note_discard(layout.state_dir, discard=discard)
    before = _everything(layout.state_dir, layout.processes)
    saved = SavedTables(layout)
    supervisor = layout.process("supervisor")
    running = find(supervisor) if supervisor else None
    if running is not None and running.pid != os.getpid():
        _end_supervisors([running], layout.state_dir, layout.processes)
    sweep(layout)
    _require_nothing_left(layout.state_dir, layout.processes)
    if not discard:
        saved.check()
    return Teardown(len(before), tuple(_foreign_ports(layout)))


def stop_marked(state_dir: Path, *, discard: bool = False) -> int:
    """Stop a cloud whose `cloud.json` is gone or cannot be read; return how many processes ended.

    Its processes are found by the mark that they carry, and its supervisor as their parent.

    Args:
        state_dir: The cloud's folder, which need not exist any more.
        discard: Whether the data will be removed, so that nothing need be settled first.

    Raises:
        LocalCloudError: Something would not end.
    """
    parents = supervisors(state_dir)
    before = _distinct([*parents, *_everything(state_dir, ())])
    if not before:
        return 0  # and the folder may be anybody's
    _note_discard(state_dir, discard=discard)
    _end_supervisors(parents, state_dir, ())
    _sweep(state_dir, ())
    _require_nothing_left(state_dir, ())
    return len(before)


def discards(state_dir: Path) -> bool:
    """Return whether the data of a cloud that is being stopped is to be removed."""
    return (state_dir / _DISCARD).exists()


def settle_before_stop(layout: CloudLayout, say: Callable[[str], None]) -> None:
    """End the clients' writes, then bring the regions to one state; says so when it cannot.

    An emulator that stops forgets its stream, and with it the repairs that were still to be made.
    """
    if discards(layout.state_dir):
        return
    writing = _in_roles(layout.state_dir, layout.processes, "edge", "direct")
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
    _sweep(layout.state_dir, layout.processes)


def wipe(state_dir: Path) -> None:
    """Remove data, logs and templates of a stopped cloud: its whole state folder.

    The start has made sure that the folder held nothing else.
    """
    shutil.rmtree(state_dir, ignore_errors=True)


def _sweep(state_dir: Path, records: Sequence[ProcessRecord]) -> None:
    stop_all(_in_roles(state_dir, records, "edge", "direct", "replicator", "faults"), grace=_GRACE)
    # After the edge, so that webhooks under way are kept; localstripe saves at its end.
    for role in ("payments", "localstripe"):
        stop_all(_in_roles(state_dir, records, role), grace=_GRACE)
    emulators = {process: name_of(process) for process in _in_roles(state_dir, records, "emulator")}
    killed = stopping.stop_working(
        emulators, idle_s=stopping.IDLE_S, meanwhile=lambda: _kill_workers(emulators)
    )
    for process, why in killed.items():
        if (name := emulators[process]) is not None:
            note_killed(state_dir / "logs", name, why)
    stop_all(_everything(state_dir, records), grace=1.0)


def _note_discard(state_dir: Path, *, discard: bool) -> None:
    """Note for the supervisor whether the data is removed; an aborted `--wipe` left its note."""
    note = state_dir / _DISCARD
    if not discard:
        note.unlink(missing_ok=True)
    elif state_dir.exists():
        note.touch()


def _end_supervisors(
    running: Sequence[psutil.Process], state_dir: Path, records: Sequence[ProcessRecord]
) -> None:
    """Let supervisors stop their clouds, in order; whoever does not is left to the sweep."""
    emulators = _in_roles(state_dir, records, "emulator")
    for process in running:
        for number in (signal.SIGTERM, signal.SIGCONT):
            with contextlib.suppress(psutil.Error):
                process.send_signal(number)
    stopping.wait_for_working(
        running, emulators, idle_s=_SUPERVISOR_GRACE, at_most_s=_SUPERVISOR_AT_MOST
    )


def _require_nothing_left(state_dir: Path, records: Sequence[ProcessRecord]) -> None:
    left = _everything(state_dir, records)
    if left:
        raise LocalCloudError(
            f"still running: {', '.join(describe(process) for process in left)}",
            "they ignore SIGKILL; a debugger or the kernel holds them",
        )


def _in_roles(
    state_dir: Path, records: Sequence[ProcessRecord], *roles: str
) -> list[psutil.Process]:
    """The running processes of these roles: recorded ones, and others whose mark names the role.

    The caller is not among them.
    """
    recorded = [find(record) for record in records if record.role in roles]
    named = [
        process
        for process in marked(state_dir)
        if (name_of(process) or "").partition("-")[0] in roles
    ]
    both = [process for process in recorded if process is not None] + named
    return [process for process in _distinct(both) if process.pid != os.getpid()]


def _everything(state_dir: Path, records: Sequence[ProcessRecord]) -> list[psutil.Process]:
    """Recorded processes, and marked ones that no record names (any more)."""
    recorded = [find(record) for record in records]
    both = [process for process in recorded if process is not None] + marked(state_dir)
    return [process for process in _distinct(both) if process.pid != os.getpid()]


def _distinct(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    return list({process.pid: process for process in processes}.values())


def _kill_workers(emulators: Iterable[psutil.Process]) -> None:
    """Kill the Lambda workers of emulators, also those that one starts while it ends.

    An emulator waits for the invocations that run: up to ten seconds, for ever if frozen.
    """
    for emulator in emulators:
        with contextlib.suppress(psutil.Error):
            for worker in emulator.children():
                worker.kill()


def _foreign_ports(layout: CloudLayout) -> list[str]:
    found = taken(layout)
    return [f"{port}: {describe(holder)}" for port, holder in found.items()]
