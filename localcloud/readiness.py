"""Wait for processes that are starting, noticing at once when one of them ends instead."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from localcloud import probe

_DEADLINE: Final = 90.0  # seconds; a loaded machine takes ten
_ANSWER: Final = 15.0  # seconds for one answer; a Lambda's cold start is in it
_POLL: Final = 0.05


class NotReadyError(Exception):
    """A process ended or stayed unhealthy; `name` says which."""

    def __init__(self, name: str, message: str) -> None:
        """Keep the name apart, which leads to the log."""
        super().__init__(message)
        self.name = name


def wait_healthy(
    urls: Mapping[str, str],
    *,
    ended: Callable[[str], str | None],
    pause: Callable[[float], None],
    within: float = _DEADLINE,
) -> None:
    """Wait until a GET of every address answers 200.

    Asking happens beside the calling thread, so that it can be interrupted. A request is never
    cut short: the emulator would start one more Lambda worker for the next.

    Args:
        urls: Process name to the address that shows its health.
        ended: How a process ended, or None while it runs.
        pause: Waits some seconds; may raise to give up.
        within: Seconds until it gives up.

    Raises:
        NotReadyError: A process ended, or the deadline passed.
    """
    over = threading.Event()
    deadline = time.monotonic() + within

    def ask(url: str) -> None:
        while not over.is_set() and not probe.is_ok(url, timeout=_ANSWER):
            over.wait(_POLL)

    pool = ThreadPoolExecutor(len(urls), thread_name_prefix="ask")
    try:
        asking = {name: pool.submit(ask, url) for name, url in urls.items()}
        while waiting := [name for name, answer in asking.items() if not answer.done()]:
            for name in waiting:
                if (how := ended(name)) is not None:
                    raise NotReadyError(name, f"{name} {how} while starting")
            if time.monotonic() > deadline:
                name = waiting[0]
                why = probe.why_not(urls[name], timeout=1.0)
                raise NotReadyError(name, f"{name} is not healthy after {within:.0f} s: {why}")
            pause(_POLL)
    finally:
        over.set()
        pool.shutdown(wait=False, cancel_futures=True)
