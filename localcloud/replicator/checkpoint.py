"""Writes what changed to the state file, many changes at a time, beside the event loop."""

import asyncio
from collections.abc import Callable, Mapping

from localcloud.replicator.ledger import Ledger
from localcloud.replicator.store import Position, Store
from localcloud.replicator.versions import Version

_IDLE_SECONDS = 0.25


class Checkpoint:
    """One writer for the state file.

    A delivery waits for `flush` before it is sent: whatever was sent can then be recognised
    after a crash, and beliefs and stream positions in the file always belong together.
    """

    def __init__(
        self, store: Store, ledger: Ledger, positions: Callable[[], Mapping[str, Position]]
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._positions = positions
        self._covered: asyncio.Future[None] | None = None
        self._wanted = asyncio.Event()
        self._turn = asyncio.Lock()

    async def flush(self) -> None:
        """Return when all that is known now is in the file; callers share one transaction."""
        if self._covered is None:
            self._covered = asyncio.get_running_loop().create_future()
            self._wanted.set()
        await asyncio.shield(self._covered)

    async def run(self) -> None:
        """Write on request, and a few times a second after changes."""
        while True:
            try:
                async with asyncio.timeout(_IDLE_SECONDS):
                    await self._wanted.wait()
            except TimeoutError:
                pass
            await self._write()

    async def _write(self) -> None:
        async with self._turn:
            covered, self._covered = self._covered, None
            self._wanted.clear()
            rows = self._ledger.take_dirty()
            if rows:
                try:
                    await asyncio.to_thread(self._store.write, rows, self._positions())
                except BaseException:
                    # Cancelled on shutdown: `close` writes these rows, perhaps a second time.
                    self._ledger.mark_dirty(row.key for row in rows)
                    raise
        if covered is not None:
            covered.set_result(None)

    def close(self) -> None:
        """Write what is left, at the very end."""
        self._store.write(self._ledger.take_dirty(), self._positions())

    async def boot(self, region: str) -> dict[bytes, Version]:
        """Return what the region held when its emulator process before this one had started."""
        async with self._turn:
            return await asyncio.to_thread(self._store.boot, region)

    async def write_boot(self, region: str) -> None:
        """Keep what the region holds now as what its emulator process started with."""
        held = list(self._ledger.snapshot(region))
        async with self._turn:
            await asyncio.to_thread(self._store.write_boot, region, held)
