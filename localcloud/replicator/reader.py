"""Follows one region's stream: fast while it moves, a few looks a second while it rests."""

import asyncio
from typing import Final

from localcloud.json_log import EventLog
from localcloud.replicator.checkpoint import Checkpoint
from localcloud.replicator.dynamo import UnreachableError
from localcloud.replicator.mesh import Mesh, RegionState
from localcloud.replicator.resync import resync
from localcloud.replicator.silent_changes import look_into_suspects
from localcloud.replicator.store import Position
from localcloud.replicator.stream import NotReadyError, StreamReplacedError, now_ms, written_ms

_LOG: Final = EventLog("replicator")

_FASTEST = 0.002
_SLOWEST = 0.040
_RESTING = 0.060
_REST_AFTER_MS = 10_000
"""After so long without a record anywhere, streams are looked at less often."""
_AWAY = 0.25
"""Seconds between tries while a region does not answer or has no table yet."""


class Reader:
    """Reads one region's stream for as long as the replicator runs."""

    def __init__(
        self, mesh: Mesh, region: RegionState, checkpoint: Checkpoint, known: Position | None
    ) -> None:
        self._mesh = mesh
        self._region = region
        self._checkpoint = checkpoint
        self._known = known
        """Where reading was left, as long as the stream is not opened."""
        self._opened_ms = 0

    async def run(self) -> None:
        """Open the stream and follow it, again and again."""
        region = self._region
        while True:
            try:
                await self._open()
                await self._follow()
            except UnreachableError as error:
                self._lost(error)
                await asyncio.sleep(_AWAY)
            except NotReadyError as error:
                self._found()
                if region.stage != "waiting":
                    _LOG.info("waits for the table", region=region.name, why=str(error))
                region.stage, region.settled = "waiting", False
                await asyncio.sleep(_AWAY)
            except StreamReplacedError as error:
                _LOG.info("stream must be opened again", region=region.name, why=str(error))
                await asyncio.sleep(_FASTEST)

    async def _open(self) -> None:
        region = self._region
        known = self._known
        region.tracked = region.settled = False
        self._opened_ms = now_ms()
        resumed = await region.cursor.open(known)
        self._found()
        self._mesh.ledger.doubt_all(region.name)
        if not resumed:
            same_table = known is None or known.table_id == region.cursor.position.table_id
            await resync(self._mesh, region, self._checkpoint, same_table=same_table)
        self._known = region.cursor.position
        region.stage, region.tracked = "catching up", True

    async def _follow(self) -> None:
        region, cursor = self._region, self._region.cursor
        pause = _FASTEST
        while True:
            began = now_ms()
            try:
                records = await cursor.page()
            except UnreachableError as error:
                self._lost(error)
                await asyncio.sleep(_AWAY)
                continue
            self._found()
            if cursor.take_reconnected():
                # An emulator killed before its stream had a record looks the same as before;
                # what it had been given, and lost, must be offered again.
                self._mesh.ledger.doubt_all(region.name)
                self._mesh.offer_differences()
            self._mesh.take_in(region, records)
            cursor.advance(records)
            self._known = cursor.position
            region.known_until_ms = written_ms(records[-1]) if records else began
            if not region.settled and region.known_until_ms >= self._opened_ms:
                region.stage, region.settled = "following", True
                self._mesh.wake()
            if records:
                self._mesh.last_record_ms = began
            if region.suspects:
                await look_into_suspects(self._mesh, region)
            slowest = _RESTING if began > self._mesh.last_record_ms + _REST_AFTER_MS else _SLOWEST
            pause = _FASTEST if records else min(pause * 2, slowest)
            if await self._read_requested(pause):
                pause = _FASTEST

    async def _read_requested(self, seconds: float) -> bool:
        read_now = self._region.read_now
        try:
            async with asyncio.timeout(seconds):
                await read_now.wait()
        except TimeoutError:
            return False
        read_now.clear()
        return True

    def _lost(self, error: UnreachableError) -> None:
        if self._region.reachable:
            _LOG.warning("region lost", region=self._region.name, error=str(error))
        self._region.reachable = False

    def _found(self) -> None:
        if not self._region.reachable:
            _LOG.info("region answers", region=self._region.name)
            self._region.reachable = True
            self._mesh.wake()
