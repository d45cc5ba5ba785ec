"""Sets and heals the faults of a check's schedule beside its clients."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from loadtests.checker.blocking_calls import call
from loadtests.checker.fault_session import FaultSession
from loadtests.checker.history import History
from loadtests.checker.schedule import FaultWindow

# Seconds. A fault is set or healed in less than a minute, or the fault controller says that it
# cannot (`localcloud/faults/client.py`).
FAULT_S: Final = 90.0


class FaultLanes:
    """The faults of a schedule.

    Attributes:
        windows: How often each kind of fault was set.
        active: Those that are set now.
    """

    def __init__(self, session: FaultSession, history: History) -> None:
        self._session = session
        self._history = history
        self.windows: Counter[str] = Counter()
        self.active: list[FaultWindow] = []

    async def run(self, lane: tuple[FaultWindow, ...], began: float) -> None:
        """Set and heal the faults of one lane, each at its time.

        Args:
            lane: Windows that follow each other.
            began: Monotonic seconds that the windows' times count from.

        Raises:
            CarteError: A fault could not be set or healed.
        """
        for window in lane:
            await asyncio.sleep(max(0.0, began + window.begins - time.monotonic()))
            async with self.hold(window):
                await asyncio.sleep(max(0.0, began + window.ends - time.monotonic()))

    @asynccontextmanager
    async def hold(self, window: FaultWindow) -> AsyncIterator[None]:
        """Set a fault at once, and heal it after the body; the window's times bound its life.

        Raises:
            CarteError: It could not be set or healed.
        """
        self._history.note("fault begins", fault=str(window))
        self.active.append(window)
        self.windows[window.kind] += 1
        begin = partial(self._session.begin, window)
        fault_id = await call(f"setting {window}", FAULT_S, begin)
        try:
            yield
        finally:
            end = partial(self._session.end, fault_id)
            await call(f"healing {window}", FAULT_S, end)
            self.active.remove(window)
            self._history.note("fault ends", fault=str(window))

    async def watch(
        self,
        goes_on: Callable[[], bool],
        began: float,
        seconds: float,
        on_detail: Callable[[str], object],
    ) -> None:
        """Report once a second how far the workload is and which faults are set.

        Args:
            goes_on: Whether clients still work.
            began: Monotonic seconds at which they began.
            seconds: How long they work.
            on_detail: Receives the text.
        """
        while goes_on():
            on_detail(
                f"{time.monotonic() - began:.0f} of {seconds:.0f} s, "
                f"{len(self._history.operations):,} operations"
                + "".join(f"; {fault}" for fault in self.active)
            )
            await asyncio.sleep(1.0)
