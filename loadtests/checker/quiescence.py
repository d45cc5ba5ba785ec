"""Waits until the regions are at rest: nothing replicates and no stream Lambda has work left."""

import asyncio
import secrets
import time
from functools import partial
from typing import Final

from loadtests.checker.blocking_calls import call
from loadtests.checker.dataset import Dataset
from loadtests.checker.phases import Phases
from loadtests.checker.sentinels import ANSWER_S, Sentinels
from loadtests.checker.tables import Mine, Snapshot, Tables, differences
from localcloud.replicator.client import ReplicatorClient
from localcloud.replicator.dynamo import UnreachableError
from services.storage import keys

_POLL_S: Final = 0.1
# Without a sentinel: how long the tables must stay as they are.
_STILL_S: Final = 2.0
# Unequal items that the history names.
_SHOWN: Final = 5


class QuiescenceWait:
    """Waits until all regions are at rest."""

    def __init__(
        self,
        dataset: Dataset,
        tables: Tables,
        replicator: ReplicatorClient,
        sentinels: Sentinels,
        *,
        convergence: bool = True,
    ) -> None:
        """Initialize.

        Args:
            dataset: Whose sentinel store is used.
            tables: The regions' tables, to scan.
            replicator: To ask whether replication is at rest.
            sentinels: Show whether the stream Lambdas have read their streams.
            convergence: Whether the stream Lambdas run.
        """
        self._dataset = dataset
        self._tables = tables
        self._replicator = replicator
        self._sentinels = sentinels
        self._convergence = convergence

    async def wait(self, patience_s: float, phases: Phases) -> tuple[bool, dict[str, Snapshot]]:
        """Wait until all regions are equal and stay as they are.

        Args:
            patience_s: How long, in seconds; the last round may take a minute more.
            phases: Shows what is waited for; the history notes why the regions are not at rest.

        Returns:
            Whether they came to rest in time, and what their tables held in the end.

        Raises:
            CheckError: A table, or the replicator, does not answer at all.
        """
        deadline = time.monotonic() + patience_s
        before: dict[str, Snapshot] | None = None
        while True:
            quiet, done = await self._round(deadline, phases)
            now = await self._read(deadline, phases)
            unequal = [key for key, _ in zip(differences(now), range(_SHOWN), strict=False)]
            if quiet and done and not unequal and now == before:
                return True, now
            if time.monotonic() > deadline:
                phases.history.note(
                    "not at rest",
                    replicated=quiet,
                    streams_read=done,
                    unequal=["/".join(one.key) for one in unequal],
                )
                return False, now
            before = now

    async def _round(self, deadline: float, phases: Phases) -> tuple[bool, bool]:
        """Return whether replication is at rest, and whether the stream Lambdas are."""
        quiet = await self._is_replicated(deadline, phases)
        if self._convergence:
            seconds = _left(deadline) + ANSWER_S
            async with phases.phase("waiting for the stream Lambdas", seconds):
                done = await self._sentinels.wait(f"rest-{secrets.token_hex(4)}", deadline)
        else:
            done = True
            await asyncio.sleep(_STILL_S)
        return quiet and await self._is_replicated(deadline, phases), done

    async def _is_replicated(self, deadline: float, phases: Phases) -> bool:
        what, left = "waiting for replication", _left(deadline)
        async with phases.phase(what, left + ANSWER_S):
            waiting = partial(self._replicator.wait_until_quiet, left)
            return await call(what, left + ANSWER_S, waiting)

    async def _read(self, deadline: float, phases: Phases) -> dict[str, Snapshot]:
        """Return what the tables hold; a table that does not answer is read again."""
        mine: Mine = self._dataset.has
        async with phases.phase("reading the tables", _left(deadline) + ANSWER_S):
            while True:
                try:
                    found = await self._tables.snapshots(mine)
                except UnreachableError:
                    if time.monotonic() > deadline:
                        raise
                    await asyncio.sleep(_POLL_S)
                else:
                    return {region: self._without_sentinels(one) for region, one in found.items()}

    def _without_sentinels(self, snapshot: Snapshot) -> Snapshot:
        partition = keys.store_partition(self._dataset.sentinel)
        return {key: image for key, image in snapshot.items() if key.pk != partition}


def _left(deadline: float) -> float:
    return max(1.0, deadline - time.monotonic())
