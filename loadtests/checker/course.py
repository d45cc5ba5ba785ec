"""What every check has: a cloud, settings, faults, a history, and phases of bounded time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from loadtests.checker.blocking_calls import call
from loadtests.checker.fault_session import FaultSession
from loadtests.checker.history import History
from loadtests.checker.phases import Phases
from loadtests.checker.settings import CheckSettings
from localcloud.issuer import this_machines
from localcloud.layout import CloudLayout
from localcloud.replicator.client import ReplicatorClient
from services.storage.table import Table

ProgressCallback = Callable[[str], object]
R = TypeVar("R")


@dataclass(slots=True)
class Course:
    """The parts of a check of a cloud, whatever its clients do.

    Attributes:
        layout: The cloud.
        settings: What to check.
        replicas: The regions' tables, for what the check itself writes.
        faults: Sets and heals faults.
        history: Receives everything that clients do and see.
        path: The file that `history` is written to.
        on_progress: Called with a line of text for each phase: what the check waits for.
        on_detail: Called with a line of text every second while clients write.
    """

    layout: CloudLayout
    settings: CheckSettings
    replicas: Mapping[str, Table]
    faults: FaultSession
    history: History
    path: Path
    on_progress: ProgressCallback
    on_detail: ProgressCallback

    @property
    def phases(self) -> Phases:
        """The phases of the check."""
        return Phases(self.history, self.on_progress)

    async def call(self, what: str, seconds: float, function: Callable[[], R]) -> R:
        """Run a blocking function as a phase.

        Raises:
            CheckError: It takes longer than so many seconds.
        """
        async with self.phases.phase(what, seconds):
            return await call(what, seconds, function)

    @property
    def replicator(self) -> ReplicatorClient:
        """The control API of replication."""
        return ReplicatorClient(self.layout)

    def token(self) -> str:
        """Return a token of staff that is valid until the check must have ended."""
        lifetime = round(self.settings.seconds + 4 * self.settings.patience_s) + 600
        return this_machines().token(
            ["chain:admin"], subject="consistency-check", lifetime_s=lifetime
        )
