"""Start, recognise, signal and count processes, always by pid with start time, never by name.

Every process of a cloud runs in a process group of its own and carries the environment variable
`CARTE_CLOUD` with the cloud's state folder. Lambda workers that an emulator starts inherit both,
so a signal to the group reaches them, and after any crash the mark shows which cloud they belonged
to; `CARTE_PROCESS` names the process of the cloud that they belong to, and `CARTE_SUPERVISOR` is
the pid of the process that started that one.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import psutil

from localcloud.layout import ANY_KEY, CloudLayout, ProcessRecord, Role

MARK: Final = "CARTE_CLOUD"
NAME_MARK: Final = "CARTE_PROCESS"
SUPERVISOR_MARK: Final = "CARTE_SUPERVISOR"
_SAME_START: Final = 0.02  # seconds; the kernel counts in hundredths
_STARTED: Final = 19  # place in /proc/PID/stat after the name: "starttime", proc_pid_stat(5)
_WATCHDOG: Final = Path(__file__).with_name("parent_watchdog.py")
_POLL: Final = 0.02
_LOADED: Final = 2.0  # seconds after its start in which a process may be loading its program
_LOADING: Final = 0.2  # seconds to wait for a program that is being loaded; it takes under a ms


def base_environment(layout: CloudLayout) -> dict[str, str]:
    """Return what every process of the cloud gets: only what it needs, and the mark.

    The user's own AWS settings and PYTHONPATH stay out: a local cloud must never reach a real
    account, and Lambda workers inherit what the emulator has.
    """
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER", "LD_LIBRARY_PATH")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        MARK: str(layout.state_dir),
        "PYTHONUNBUFFERED": "1",
        "AWS_ACCESS_KEY_ID": ANY_KEY,
        "AWS_SECRET_ACCESS_KEY": ANY_KEY,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def ending_with_us(command: Sequence[str], *, ignore_hangup: bool = False) -> list[str]:
    """Return a command that runs this one and gets SIGTERM when the caller's process ends.

    However that ends, by SIGKILL too: what it started would otherwise go on alone, a load
    generator to the end of its load. Start it from the main thread, or from one that outlives it:
    Linux counts the death of the thread that forked as the death of the parent. Other systems send
    no such signal: there a closed terminal ends the command, by SIGHUP.

    Args:
        command: Program and arguments.
        ignore_hangup: Whether the command is not ended by SIGHUP.
    """
    hangup = "ignored" if ignore_hangup else "default"
    return [sys.executable, "-I", "-S", str(_WATCHDOG), str(os.getpid()), hangup, *command]


def spawn(
    layout: CloudLayout,
    role: Role,
    command: Sequence[str],
    *,
    region: str | None = None,
    environment: Mapping[str, str],
    cwd: Path,
) -> "Child":
    """Start a process in its own group that dies with the calling thread's process.

    Call it from the main thread only: Linux counts the death of the thread that forked as the
    death of the parent.
    """
    name = f"{role}-{region}" if region else role
    layout.logs.mkdir(parents=True, exist_ok=True)
    # SIGHUP is ignored, or a frozen child would be lost: when its supervisor dies, the kernel sends
    # a stopped, orphaned process group SIGHUP, which kills, before the SIGTERM that saves state.
    with layout.log(name).open("ab") as log:
        process = subprocess.Popen(
            ending_with_us(command, ignore_hangup=True),
            env={**environment, NAME_MARK: name, SUPERVISOR_MARK: str(os.getpid())},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    return Child(process, ProcessRecord(role, region, process.pid, started_at(process.pid)))


class Child:
    """A process that this supervisor started, with the record others know it by."""

    def __init__(self, process: "subprocess.Popen[bytes]", record: ProcessRecord) -> None:
        """Keep both halves together."""
        self.process = process
        self.record = record
        self.started = time.monotonic()

    def exit_status(self) -> str | None:
        """Return how it ended, in words, or None while it runs. Reaps it."""
        code = self.process.poll()
        if code is None:
            return None
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"exited with code {code}"


def own_record(role: Role) -> ProcessRecord:
    """The record of the calling process."""
    return ProcessRecord(role, None, os.getpid(), started_at(os.getpid()))


def started_at(pid: int) -> float:
    """Return when a process started, in seconds of a clock that nobody sets.

    On Linux since the boot. psutil adds the time of the boot to that, which moves when the clock
    of the machine is set, so that every process would seem to be another one. Elsewhere the kernel
    keeps the time of day at which the process started.

    Raises:
        psutil.NoSuchProcess: It does not run.
    """
    if sys.platform != "linux":
        return psutil.Process(pid).create_time()
    try:
        text = Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError) as error:
        raise psutil.NoSuchProcess(pid) from error
    # The name, in parentheses, may hold spaces and parentheses of its own.
    ticks = int(text.rpartition(b")")[2].split()[_STARTED])
    return ticks / os.sysconf("SC_CLK_TCK")


def started_at_of(create_time: float) -> float:
    """Return the `started_at` of a process whose record has the time of day, in epoch seconds.

    Records had it until version 0.1.0; the result is right unless the clock was set meanwhile.
    """
    return create_time - (psutil.boot_time() if sys.platform == "linux" else 0.0)


def find(record: ProcessRecord) -> psutil.Process | None:
    """The running process of a record, or None when it ended or its pid was given away."""
    try:
        process = psutil.Process(record.pid)
        if abs(started_at(record.pid) - record.started_at) > _SAME_START:
            return None
        return None if process.status() == psutil.STATUS_ZOMBIE else process
    except psutil.Error:
        return None


def is_frozen(process: psutil.Process) -> bool:
    """Return whether the process is stopped by SIGSTOP."""
    try:
        return bool(process.status() == psutil.STATUS_STOPPED)
    except psutil.Error:
        return False


def tree(process: psutil.Process) -> list[psutil.Process]:
    """The process and everything below it."""
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def resident_bytes(process: psutil.Process) -> int:
    """Resident memory of the process and everything below it, in bytes."""
    total = 0
    for member in tree(process):
        with contextlib.suppress(psutil.Error):
            total += member.memory_info().rss
    return total


def signal_group(record: ProcessRecord, number: signal.Signals) -> bool:
    """Send a signal to the whole group of a recorded process; False when it is gone."""
    if find(record) is None:
        return False
    try:
        os.killpg(record.pid, number)
    except ProcessLookupError:
        return False
    return True


def environment_of(process: psutil.Process) -> dict[str, str]:
    """Return a process's environment variables, as it was started with them; none are left out.

    While Linux loads a program (execve(2)) a process seems to have none, so one that has just
    been started is looked at again, for at most 0.2 seconds.

    Raises:
        psutil.Error, OSError: It does not run, or belongs to another user.
    """
    deadline = time.monotonic() + _LOADING
    while True:
        found: dict[str, str] = process.environ()
        if found or time.monotonic() >= deadline or not _is_new(process):
            return found
        time.sleep(0.001)


def _is_new(process: psutil.Process) -> bool:
    """Return whether the process may still be loading its program."""
    # Threads of the kernel and what has ended have no memory.
    if sys.platform != "linux" or not process.memory_info().vms:
        return False
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started_at(process.pid) < _LOADED


def marked(state_dir: Path, name: str | None = None) -> list[psutil.Process]:
    """Every running process that carries the mark of this cloud, the caller excepted.

    With a name, only the process that was recorded by it and what that one started.
    """
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        with contextlib.suppress(psutil.Error, OSError):
            carried = environment_of(process)
            if carried.get(MARK) != str(state_dir) or name not in {None, carried.get(NAME_MARK)}:
                continue
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def name_of(process: psutil.Process) -> str | None:
    """Return the name by which `spawn` started the process; None for others, such as its workers.

    A process that `spawn` started leads a group of its own, which what it starts belongs to.
    """
    try:
        name = environment_of(process).get(NAME_MARK)
        return name if os.getpgid(process.pid) == process.pid else None
    except (psutil.Error, OSError):
        return None


def supervisors(state_dir: Path) -> list[psutil.Process]:
    """The processes that started marked processes of this cloud and still are their parents.

    The supervisor of a cloud in the foreground carries no mark.
    """
    found = {}
    for process in marked(state_dir):
        with contextlib.suppress(psutil.Error, OSError):
            # Not `parent()`: it compares times of starts, which move while the clock is being set.
            pid = process.ppid()
            named = environment_of(process).get(SUPERVISOR_MARK)
            if named == str(pid) and pid != os.getpid():
                found[pid] = psutil.Process(pid)
    return list(found.values())


def stop_all(processes: Iterable[psutil.Process], *, grace: float) -> list[psutil.Process]:
    """End these processes: SIGTERM, thawed if frozen, and SIGKILL after `grace` seconds.

    Returns:
        Those that had to be killed.
    """
    remaining = list(processes)
    for number in (signal.SIGTERM, signal.SIGCONT):
        for process in remaining:
            with contextlib.suppress(psutil.Error):
                process.send_signal(number)
    remaining = wait_gone(remaining, timeout=grace)
    for process in remaining:
        with contextlib.suppress(psutil.Error):
            process.kill()
    wait_gone(remaining, timeout=5.0)
    return remaining


def wait_gone(processes: Iterable[psutil.Process], *, timeout: float) -> list[psutil.Process]:
    """Wait until the processes ended, at most `timeout` seconds; return those that did not."""
    deadline = time.monotonic() + timeout
    remaining = list(processes)
    while True:
        remaining = [process for process in remaining if is_alive(process)]
        if not remaining or time.monotonic() >= deadline:
            return remaining
        time.sleep(_POLL)


def is_alive(process: psutil.Process) -> bool:
    """Return whether the process has not ended."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
