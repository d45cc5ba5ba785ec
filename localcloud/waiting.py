"""Waiting for work in other threads without missing a stop request."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import Final, TypeVar

T = TypeVar("T")
_POLL_S: Final = 0.05


def results_of(
    jobs: Sequence["Future[T]"],
    pause: Callable[[float], object],
    between: Callable[[], object] = lambda: None,
) -> list[T]:
    """Return the results of all jobs, in their order.

    Args:
        jobs: What threads work on.
        pause: Waits for so many seconds; raises where a stop was requested.
        between: Called before each wait; raises where nothing is to be waited for any more.

    Raises:
        Exception: The first failure, at once, whatever the other jobs do.
    """
    waiting = set(jobs)
    while True:
        done, waiting = wait(waiting, timeout=0)
        for job in done:
            job.result()
        if not waiting:
            return [job.result() for job in jobs]
        between()
        pause(_POLL_S)
