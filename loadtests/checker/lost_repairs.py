"""Conflicting writes that only the reconcilers can repair: their stream records are lost for sure.

While replication is paused, two regions edit one assortment and record one sale. Replication goes
on while the stream records of every region are dropped. So last-writer-wins drops an edit, an edit
conflict appears in the journal and a sale is counted twice, and no stream Lambda sees any of it.
Random faults meet that seldom: few edits are concurrent while records are dropped.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from loadtests.checker.blocking_calls import call
from loadtests.checker.dataset import Dataset
from loadtests.checker.graphql_client import Reply
from loadtests.checker.history import Attempt, CheckOperation, History
from loadtests.checker.schedule import FaultWindow
from loadtests.checker.sentinels import ANSWER_S
from loadtests.checker.settings import CheckError
from loadtests.checker.workload import Numbers
from services.storage import keys
from services.storage.keys import Key

KINDS: Final = ("replication-pause", "drop-stream-records")
MOST_ROUNDS: Final = 6
# Seconds. The emulator looks at a stream once a second where nothing else wakes it.
_HOLD_S: Final = 1.5
_FAULT_S: Final = 90.0
_LIVES_S: Final = 120.0  # after which a fault may end by itself
_WITHIN_S: Final = 60.0
_PAUSE_S: Final = 0.1
_PIECES: Final = 7


class Mutations(Protocol):
    """Sends mutations to regions: a `GraphQLClient`."""

    async def mutate(self, region: str, action: str, variables: Mapping[str, Any]) -> Reply:
        """Send a mutation once."""


class Marks(Protocol):
    """Shows what the stream Lambdas have read: `Sentinels`."""

    async def send(self, name: str) -> None:
        """Overwrite a sentinel in each region."""

    async def repaired(self, name: str) -> list[str]:
        """Return the regions whose stream Lambda has repaired a sentinel."""

    async def wait(self, name: str, deadline: float) -> bool:
        """Overwrite a sentinel and wait for its repair."""


class Faults(Protocol):
    """Sets and heals faults: a `FaultSession`."""

    def begin(self, window: FaultWindow) -> str:
        """Set the fault of a window and return its id."""

    def end(self, fault_id: str) -> None:
        """Heal one fault."""


@dataclass(slots=True)
class LostRepairs:
    """Makes conflicting writes whose stream records are lost in every region.

    Attributes:
        regions: Names of the regions; at least two.
        dataset: The check's stores.
        graph: Sends the writes.
        faults: Pauses replication and drops stream records.
        marks: Show whether records were lost.
        wait_until_replicated: Blocks until replication is at rest; returns whether it is in time.
        history: Receives the writes.
        numbers: Prices that no client wrote.
        client: Number of the client that the history shows; no other client's.
        hold_s: Seconds that records are dropped for in the first round; twice as long in each next.
    """

    regions: Sequence[str]
    dataset: Dataset
    graph: Mutations
    faults: Faults
    marks: Marks
    wait_until_replicated: Callable[[float], bool]
    history: History
    numbers: Numbers
    client: int
    hold_s: float = _HOLD_S

    async def make(self) -> int:
        """Make them; return the round in which every region lost its records, 0 where none did.

        A stream Lambda that is late reads the records after the fault and repairs. Then another
        round drops them for longer.

        Raises:
            CheckError: A region takes no writes, or a table does not answer.
            LocalCloudError: The fault controller refuses a fault.
        """
        for number in range(1, MOST_ROUNDS + 1):
            late = await self._round(number, self.hold_s * 2 ** (number - 1))
            self.history.note("records dropped", round=number, late=late)
            if not late:
                return number
        return 0

    async def _round(self, number: int, hold_s: float) -> list[str]:
        """Return the regions whose stream Lambda has read what should have been dropped."""
        await self.marks.wait(f"before-{number}", time.monotonic() + _WITHIN_S)
        # The caller heals all faults where something between is raised.
        paused_at = time.monotonic()
        pause = await self._begin("replication-pause")
        await self._write(number)
        dropped_at = time.monotonic()
        drop = await self._begin("drop-stream-records")
        was_paused = time.monotonic() - paused_at < _LIVES_S
        await self._end(pause)
        await call("replicating", _WITHIN_S + ANSWER_S, partial(self._replicate, _WITHIN_S))
        await self.marks.send(f"dropped-{number}")
        await asyncio.sleep(hold_s)
        was_dropped = time.monotonic() - dropped_at < _LIVES_S
        await self._end(drop)
        if not (was_paused and was_dropped):
            return list(self.regions)  # a fault may have ended by itself
        if not await self.marks.wait(f"after-{number}", time.monotonic() + _WITHIN_S):
            return list(self.regions)  # nothing shows what they have read
        return await self.marks.repaired(f"dropped-{number}")

    def _replicate(self, seconds: float) -> None:
        if not self.wait_until_replicated(seconds):
            raise CheckError(
                "the writes of two regions at once are not replicated", "see `carte status`"
            )

    async def _begin(self, kind: str) -> str:
        window = FaultWindow(kind, 0.0, _LIVES_S, None, {})
        self.history.note("fault begins", fault=str(window))
        return await call(f"setting {window}", _FAULT_S, partial(self.faults.begin, window))

    async def _end(self, fault_id: str) -> None:
        await call(f"healing {fault_id}", _FAULT_S, partial(self.faults.end, fault_id))
        self.history.note("fault ends", fault=fault_id)

    async def _write(self, number: int) -> None:
        """Edit one assortment in two regions, and record one sale in both."""
        one, other = self.regions[:2]
        contested, second = self.dataset.items[:2]
        rank = self.numbers.next() % 10_000
        edits = {
            one: {
                f"{contested}/price": self.numbers.next(),
                f"{second}/price": self.numbers.next(),
            },
            other: {f"{contested}/price": self.numbers.next(), f"{second}/rank": rank},
        }
        for letter, (region, sets) in zip("ab", edits.items(), strict=True):
            await self._insist(self._edit(f"lost-{number}-{letter}", sets), region)
        sale = self._sale(f"lost-{number}-c", contested)
        for region in (one, other):
            await self._insist(sale, region)

    def _edit(self, name: str, sets: Mapping[str, int]) -> CheckOperation:
        lines: dict[str, dict[str, Any]] = {}
        for path, value in sets.items():
            item, _, register = path.rpartition("/")
            line = lines.setdefault(item, {"itemId": item})
            line["priceMinor" if register == "price" else register] = value
        store = self.dataset.shared[0]
        values = {"storeId": store, "lines": list(lines.values())}
        document = keys.assortment(store)
        return self._operation(name, "updateAssortment", document, values, sets=sets)

    def _sale(self, name: str, item: str) -> CheckOperation:
        store = self.dataset.shared[0]
        values = {"storeId": store, "lines": [{"itemId": item, "pieces": _PIECES}]}
        document = keys.stock(store)
        return self._operation(name, "recordSale", document, values, sold={item: _PIECES})

    def _operation(
        self,
        name: str,
        action: str,
        document: Key,
        values: Mapping[str, Any],
        *,
        sets: Mapping[str, int] | None = None,
        sold: Mapping[str, int] | None = None,
    ) -> CheckOperation:
        made = CheckOperation(
            f"{self.dataset.name}:{name}",
            self.client,
            action,
            document,
            values,
            sets or {},
            sold or {},
        )
        self.history.add(made)
        return made

    async def _insist(self, operation: CheckOperation, region: str) -> None:
        """Send an operation to a region until it is acknowledged there."""
        until = time.monotonic() + _WITHIN_S
        while True:
            sent = self.history.now()
            variables = {"operationId": operation.id, **operation.input}
            reply = await self.graph.mutate(region, operation.action, variables)
            ended = self.history.now()
            what = (reply.outcome, reply.answer, reply.why)
            attempt = Attempt(operation.id, self.client, region, sent, ended, *what)
            self.history.attempt(attempt)
            if reply.outcome == "ok":
                return
            if time.monotonic() > until:
                raise CheckError(
                    f"{region} does not take {operation.action}: {reply.why}", "see `carte status`"
                )
            await asyncio.sleep(_PAUSE_S)
