"""Bugs that are emulated from outside, so that the check can show that it finds them.

Holds what all planted bugs share, and the simple ones; `wall_clock_bug.py` holds the other.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from loadtests.checker.fault_session import FaultSession
from loadtests.checker.history import History
from loadtests.checker.tables import Tables
from localcloud.replicator.dynamo import DynamoError, UnreachableError
from services.storage import keys

SAMPLE_S: Final = 0.15


class PlantedBug:
    """The base of planted bugs; by itself it plants none.

    Attributes:
        convergence: Whether the stream Lambdas shall run.
        reconciles: Whether the reconcilers shall run in the end.
        loses_repairs: Whether the check makes writes at the end that only the reconcilers can
            repair.
    """

    convergence = True
    reconciles = True
    loses_repairs = False

    def begin(self) -> None:
        """Plant the bug; called before clients begin, and blocks."""

    async def meanwhile(self, goes_on: Callable[[], bool]) -> None:
        """Runs beside the clients."""

    async def after(self) -> bool:
        """Called when the regions are at rest; whether it changed them."""
        return False


class NoBug(PlantedBug):
    """No bug: the default of a check."""

    loses_repairs = True


class ReconcilerOff(PlantedBug):
    """The reconcilers are off: what was in a lost stream record stays dropped."""

    reconciles = False
    loses_repairs = True


class ConvergenceOff(PlantedBug):
    """The stream Lambdas are off: whatever last-writer-wins drops stays dropped."""

    convergence = False
    reconciles = False

    def __init__(self, faults: FaultSession) -> None:
        self._faults = faults

    def begin(self) -> None:
        """Stop feeding the stream Lambdas; `FaultSession.heal_everything` feeds them again."""
        self._faults.stop_convergence()


class DropOperations(PlantedBug):
    """Operation records vanish, so that a retry is taken for a new operation."""

    reconciles = False

    def __init__(self, history: History, tables: Tables) -> None:
        self._history = history
        self._tables = tables
        self._dropped: set[str] = set()

    async def meanwhile(self, goes_on: Callable[[], bool]) -> None:
        """Delete each in all regions, soon after it was written."""
        while goes_on():
            await asyncio.sleep(SAMPLE_S)
            due = [operation.id for operation in self._history.acknowledged()]
            due = [name for name in due if name not in self._dropped]
            records = [keys.operation(name) for name in due]
            try:
                for region in self._tables.regions:
                    await self._tables.delete(region, records)
            except (UnreachableError, DynamoError):
                continue  # the next round comes
            self._dropped.update(due)
