"""A client of a check: one region, one request at a time, retries of unknown outcomes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from loadtests.checker.dataset import Dataset
from loadtests.checker.graphql_client import GraphQLClient, UnansweredError
from loadtests.checker.history import Attempt, CheckOperation, History, OperationOutcome, Read
from loadtests.checker.workload import ReadStep, RetryStep, Workload
from services.storage import keys

# How often a client repeats an operation of unknown outcome after the faults are over.
_FINAL_ATTEMPTS = 5


@dataclass(slots=True)
class Client:
    """A client of the check, and its operations so far.

    Attributes:
        number: Its number; seeds its choices.
        region: The region that it uses.
        regions: The other regions in which it may retry.
    """

    number: int
    region: str
    regions: tuple[str, ...]
    dataset: Dataset
    graph: GraphQLClient
    history: History
    workload: Workload
    _operations: list[CheckOperation] = field(default_factory=list)
    _open: dict[str, CheckOperation] = field(default_factory=dict)

    async def work(self, goes_on: Callable[[], bool]) -> None:
        """Do one thing after the other as long as the check goes on."""
        while goes_on():
            await self._step()
            await asyncio.sleep(self.workload.pause_s())

    async def settle(self, goes_on: Callable[[], bool]) -> None:
        """Retry the operations of unknown outcome, as most clients would.

        Args:
            goes_on: Whether there is time for another request.
        """
        for operation in list(self._open.values()):
            if not self._is_own(operation) and not self.workload.insists():
                continue
            for _ in range(_FINAL_ATTEMPTS):
                if not goes_on():
                    return
                if await self._send(operation, self.region) != "unknown":
                    break

    async def _step(self) -> None:
        step = self.workload.next()
        match step:
            case ReadStep(store):
                await self._look(store)
            case RetryStep():
                await self._retry(step)
            case CheckOperation():
                if self._is_own(step) and await self._is_blocked():
                    return
                self._operations.append(step)
                self.history.add(step)
                await self._insist(step)

    async def _insist(self, operation: CheckOperation) -> None:
        """Send, and if the outcome stays unknown, perhaps again, perhaps elsewhere."""
        outcome = await self._send(operation, self.region)
        if outcome == "unknown" and self.workload.insists():
            elsewhere = self.workload.elsewhere(self.region, self.regions)
            await self._send(operation, self.region if self._is_own(operation) else elsewhere)

    async def _retry(self, step: RetryStep) -> None:
        if not self._operations:
            return
        # The newest one is the likeliest to be on its way still.
        operation = self._operations[-1 - round(step.place**2 * (len(self._operations) - 1))]
        if step.elsewhere and not self._is_own(operation):
            await self._send(operation, self.workload.elsewhere(self.region, self.regions))
        else:
            await self._send(operation, self.region)

    async def _is_blocked(self) -> bool:
        """Return whether the outcome of an operation in its own store is unknown; it goes first."""
        for operation in list(self._open.values()):
            if self._is_own(operation) and await self._send(operation, self.region) == "unknown":
                return True
        return False

    def _is_own(self, operation: CheckOperation) -> bool:
        return operation.document.pk == keys.store_partition(self.dataset.own[self.number])

    async def _send(self, operation: CheckOperation, region: str) -> OperationOutcome:
        sent = self.history.now()
        variables = {"operationId": operation.id, **operation.input}
        reply = await self.graph.mutate(region, operation.action, variables)
        self.history.attempt(
            Attempt(
                operation.id,
                self.number,
                region,
                sent,
                self.history.now(),
                reply.outcome,
                reply.answer,
                reply.why,
            )
        )
        if reply.outcome == "unknown":
            self._open[operation.id] = operation
        else:
            self._open.pop(operation.id, None)
        return reply.outcome

    async def _look(self, store: str) -> None:
        sent = self.history.now()
        try:
            view = await self.graph.view(self.region, store)
        except UnansweredError:
            return
        if view is None:
            self.history.note("missing", client=self.number, region=self.region, store=store)
            return
        items = self.dataset.items
        self.history.read(
            Read(
                self.number,
                self.region,
                store,
                sent,
                self.history.now(),
                {item: price for item, price in view.prices.items() if item in items},
                {item: line.counted for item, line in view.stock.items()},
                {item: line.sold.get(self.region, 0) for item, line in view.stock.items()},
            )
        )
