"""A gate: a transparent proxy on a region's way, where traffic can be cut, slowed and failed.

Every connection of a client has one of its own to the region, so keeping alive, closing and
back-pressure are the region's and the client's own. Bytes pass as they are. Where a request begins
is known without parsing: with what a client says after it was answered (no client here sends a
second request before). Only a request that is to fail is read, to the end of its body.
"""

import asyncio
import random
from typing import Final

from localcloud.faults.exchange import Front
from localcloud.faults.room import Room
from localcloud.faults.traffic import NO_TROUBLE, Failing, Trouble

_BACKLOG: Final = 1024


class Gate:
    """One listening port in front of another one of this machine."""

    def __init__(
        self,
        port: int,
        upstream: int,
        chance: random.Random | None = None,
        places: int | None = None,
    ) -> None:
        """Know where to listen and where to lead; nothing is open yet.

        Args:
            port: Where clients connect.
            upstream: The region's port.
            chance: Decides what fails.
            places: Requests that the region works on at once; None: all there are.
        """
        self.port = port
        self.upstream = upstream
        self.room = Room(places)
        self.trouble: Trouble = NO_TROUBLE
        self._chance = chance or random.Random()
        self.requests = 0
        self.failed = 0
        self.delayed = 0
        self.fronts: set[Front] = set()
        self._server: asyncio.Server | None = None

    @property
    def is_cut(self) -> bool:
        """Whether nothing passes now."""
        return self.trouble.cut is not None

    def fate(self) -> tuple[float, Failing | None]:
        """What becomes of the request that begins now: seconds to wait, and a failure."""
        self.requests += 1
        if not self.trouble.per_request:
            return 0.0, None
        delay, failing = self.trouble.fate(self._chance)
        self.delayed += delay > 0
        self.failed += failing is not None
        return delay, failing

    async def open(self) -> None:
        """Listen.

        Raises:
            OSError: The port is taken.
        """
        if self._server is None:
            self._server = await asyncio.get_running_loop().create_server(
                lambda: Front(self), "127.0.0.1", self.port, backlog=_BACKLOG
            )

    async def set(self, trouble: Trouble) -> None:
        """Let this be wrong from now on, and nothing else.

        A cut ends the connections there are: `refuse` refuses new ones too, as a host without the
        service does; `drop` takes them and never answers, as a network does that loses everything.

        Raises:
            OSError: The port that a cut had freed was taken by somebody meanwhile.
        """
        before, self.trouble = self.trouble.cut, trouble
        if trouble.cut == before:
            return
        if trouble.cut == "refuse":
            self._stop_listening()
        if before != "drop" or trouble.cut != "drop":
            for front in tuple(self.fronts):
                front.reset()
        if trouble.cut != "refuse":
            await self.open()

    def close(self) -> None:
        """Stop listening and end all connections."""
        self._stop_listening()
        for front in tuple(self.fronts):
            front.reset()

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
