"""The part of a check in which clients write and faults come and go."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from loadtests.checker.blocking_calls import call
from loadtests.checker.client import Client
from loadtests.checker.dataset import Dataset
from loadtests.checker.fault_lanes import FAULT_S, FaultLanes
from loadtests.checker.fault_session import FaultSession
from loadtests.checker.graphql_client import GraphQLClient
from loadtests.checker.history import History
from loadtests.checker.phases import Phases
from loadtests.checker.planted_bugs import PlantedBug
from loadtests.checker.schedule import plan_faults
from loadtests.checker.settings import CheckSettings
from loadtests.checker.workload import Numbers, Workload
from localcloud.layout import CloudLayout

ProgressCallback = Callable[[str], object]
# Seconds that a client's last request and the last fault may take after the time of the workload.
_OVERTIME_S: Final = 180.0
_RETRIES_S: Final = 60.0


class WorkloadRun:
    """Clients and faults, side by side.

    Attributes:
        numbers: Prices and counts that no client wrote yet.
    """

    def __init__(
        self,
        layout: CloudLayout,
        settings: CheckSettings,
        session: FaultSession,
        history: History,
        phases: Phases,
        *,
        on_detail: ProgressCallback,
    ) -> None:
        self._layout = layout
        self._settings = settings
        self._session = session
        self._history = history
        self._phases = phases
        self._on_detail = on_detail
        self._lanes = FaultLanes(session, history)
        self.numbers = Numbers()

    @property
    def windows(self) -> Counter[str]:
        """How often each kind of fault was set."""
        return self._lanes.windows

    async def run(self, graph: GraphQLClient, dataset: Dataset, bug: PlantedBug) -> None:
        """Let clients write while faults come and go; then heal, and let them ask for the rest.

        Raises:
            CarteError: A fault could not be set or healed.
        """
        settings, names = self._settings, self._layout.region_names
        clients = [
            Client(
                number,
                names[number % len(names)],
                names,
                dataset,
                graph,
                self._history,
                Workload(dataset, number, settings.seed, self.numbers),
            )
            for number in range(settings.clients)
        ]
        self._history.begin()
        began = time.monotonic()

        def goes_on() -> bool:
            return time.monotonic() - began < settings.seconds

        lanes = plan_faults(settings.faults, settings.seconds, names, settings.seed)
        seconds = settings.seconds
        async with (
            self._phases.phase(f"writing for {seconds:.0f} s", seconds + _OVERTIME_S),
            asyncio.TaskGroup() as group,
        ):
            for client in clients:
                group.create_task(client.work(goes_on))
            for lane in lanes:
                group.create_task(self._lanes.run(lane, began))
            group.create_task(bug.meanwhile(goes_on))
            group.create_task(self._lanes.watch(goes_on, began, seconds, self._on_detail))
        async with self._phases.phase("healing", FAULT_S):
            await call("healing", FAULT_S, self._session.heal)
        until = time.monotonic() + _RETRIES_S
        async with self._phases.phase("repeating what had no answer", 2 * _RETRIES_S):
            await asyncio.gather(
                *(client.settle(lambda: time.monotonic() < until) for client in clients)
            )
