"""The phases of a check: each has a name that is shown, and a time after which it is given up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from loadtests.checker.history import History
from loadtests.checker.settings import CheckError

_STATUS: Final = "`carte status` shows what does not run; the history ends where the check stopped"


@dataclass(frozen=True, slots=True)
class Phases:
    """Begins phases and ends them when their time is over.

    Attributes:
        history: Notes the begin of each phase.
        show: Called with a line of text that says what the check waits for, and how long at most.
    """

    history: History
    show: Callable[[str], object]

    @asynccontextmanager
    async def phase(self, what: str, seconds: float) -> AsyncIterator[None]:
        """Run the body as a phase of at most so many seconds.

        Args:
            what: What the check does, such as `reading the tables`.
            seconds: How long at most.

        Raises:
            CheckError: The phase took longer; it was cancelled.
        """
        self.history.note("phase", phase=what, seconds=seconds)
        self.show(f"{what} (at most {seconds:.0f} s)")
        timeout = asyncio.timeout(seconds)
        try:
            async with timeout:
                yield
        except TimeoutError as error:
            if not timeout.expired():
                raise
            raise CheckError(f"{what} took longer than {seconds:.0f} s", _STATUS) from error
