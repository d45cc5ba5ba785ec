"""Bugs that are emulated from outside, so that the check can show that it finds them.

What they have in common, and the simple ones; `wall_clock.py` has the other.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from loadtests.checker.controls import Controls
from loadtests.checker.history import History
from loadtests.checker.tables import Tables
from localcloud.replicator.dynamo import DynamoError, UnreachableError
from services.storage import keys

SAMPLE_S: Final = 0.15


class Plant:
    """No bug: what a check runs with by default."""

    convergence = True
    """Whether the stream Lambdas shall run."""

    def begin(self) -> None:
        """Called before clients begin; blocks."""

    async def meanwhile(self, goes_on: Callable[[], bool]) -> None:
        """Runs beside the clients."""

    async def after(self) -> bool:
        """Called when the regions are at rest; whether it changed them."""
        return False


class ConvergenceOff(Plant):
    """The stream Lambdas are off: whatever last-writer-wins drops stays dropped."""

    convergence = False

    def __init__(self, controls: Controls) -> None:
        self._controls = controls

    def begin(self) -> None:
        """Stop feeding them; `Controls.restore` feeds them again."""
        self._controls.switch_convergence(on=False)


class DropOperations(Plant):
    """Operation records vanish, so that a retry is taken for a new operation."""

    def __init__(self, history: History, tables: Tables) -> None:
        self._history = history
        self._tables = tables
        self._dropped: set[str] = set()

    async def meanwhile(self, goes_on: Callable[[], bool]) -> None:
        """Delete each in all regions, soon after it was written."""
        while goes_on():
            await asyncio.sleep(SAMPLE_S)
            due = [asked.id for asked in self._history.acknowledged()]
            due = [name for name in due if name not in self._dropped]
            records = [keys.operation(name) for name in due]
            try:
                for region in self._tables.regions:
                    await self._tables.delete(region, records)
            except (UnreachableError, DynamoError):
                continue  # the next round comes
            self._dropped.update(due)
