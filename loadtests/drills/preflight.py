"""Checks before a drill: the cloud runs and is healthy, and no other drill uses it."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

from loadtests.drills.analysis.bounds import Bounds, read_bounds
from loadtests.drills.edge_client import EdgeClient
from loadtests.drills.exceptions import DrillError
from localcloud import status
from localcloud.layout import CloudLayout

_PATIENCE_S: Final = 30.0
_POLL_S: Final = 0.2
# A region that has just started its Lambdas is seen healthy and unhealthy by turns.
STEADY_S: Final = 3.0
RUNS: Final = "drills"
LOCK: Final = "lock"
_LOOKED_AT_S: Final = 0.5  # the edge holds the lock for a moment to see whether a drill does


def require_healthy(layout: CloudLayout, *, steady_s: float = 0.0) -> None:
    """Wait a little for a cloud that is still coming back from the last drill.

    Args:
        layout: The cloud.
        steady_s: How many seconds on end it must have been healthy.

    Raises:
        DrillError: It does not run, or is not healthy in time.
    """
    sick_at = time.monotonic()
    deadline = sick_at + _PATIENCE_S
    while True:
        state = status.collect(layout)
        if not state.supervised:
            raise DrillError(
                f"no cloud is up at port {layout.port}", "carte up --detach --time-scale 10"
            )
        sick = [f"{one.name} is {one.health}" for one in state.regions if one.health != "ready"]
        sick += _left_by_the_edge(layout) if state.edge == "ready" else ["the edge is down"]
        now = time.monotonic()
        if state.healthy and not sick:
            if now - sick_at >= steady_s:
                return
        else:
            sick_at = now
        if now > deadline + steady_s:
            raise DrillError(
                f"the cloud is not healthy: {'; '.join(sick) or 'see its status'}",
                f"`carte status --port {layout.port}` shows what is wrong",
            )
        time.sleep(_POLL_S)


def _left_by_the_edge(layout: CloudLayout) -> list[str]:
    """The regions that the edge sends nobody to; health checks take a while to see a return."""
    try:
        regions = EdgeClient(layout.edge_url).status()["regions"]
    except DrillError as error:
        return [error.message]
    return [
        f"the edge holds {name} for {'drained' if one['drained'] else 'unhealthy'}"
        for name, one in regions.items()
        if one["drained"] or not one["healthy"]
    ]


def bounds_of(layout: CloudLayout) -> tuple[Bounds, dict[str, Any]]:
    """The edge's clockwork, and its whole configuration for the report.

    Raises:
        DrillError: The edge does not answer.
    """
    config: dict[str, Any] = EdgeClient(layout.edge_url).status()["config"]
    try:
        return read_bounds(config), config
    except KeyError as error:
        raise DrillError(f"the status of the edge lacks {error}", "restart the cloud") from error


@contextmanager
def alone(layout: CloudLayout) -> Iterator[Callable[[Path], None]]:
    """Keep a second drill off the same cloud, and yield what notes the folder of the run.

    The lock ends with the process, however that ends: by lock and note `/ops` tells a drill that
    runs from one that was killed (`localcloud.edge.drill_runs`).

    Raises:
        DrillError: One is running.
    """
    folder = layout.state_dir / RUNS
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as lock:
        _take(lock)
        lock.truncate(0)

        def note(run: Path) -> None:
            lock.write(run.name)
            lock.flush()

        yield note


def _take(lock: TextIO) -> None:
    deadline = time.monotonic() + _LOOKED_AT_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(_LOOKED_AT_S / 20)
                continue
            raise DrillError(
                "another drill runs on this cloud", "wait for it, or end it with Ctrl-C"
            ) from None
        return


def new_run(layout: CloudLayout, name: str) -> Path:
    """The folder of a new run: `drills/<UTC time>-<name>`."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    for number in range(100):
        folder = layout.state_dir / RUNS / f"{stamp}-{name}{f'-{number}' if number else ''}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise DrillError("too many drills in one second")
