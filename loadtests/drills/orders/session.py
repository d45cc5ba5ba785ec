"""The guests and staff of one drill with orders, from its first order to the judgement."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Final, TypeVar

from loadtests.checker.fault_session import FaultSession
from loadtests.checker.graphql_client import GraphQLClient
from loadtests.checker.history import History
from loadtests.checker.orders.api import OrdersApi
from loadtests.checker.orders.lost_region import watch
from loadtests.checker.orders.people import Board, Person, Scene
from loadtests.checker.orders.run import OrdersCheck
from loadtests.checker.orders.shops import make_shops
from loadtests.checker.settings import CheckError, CheckSettings
from loadtests.drills.exceptions import DrillError
from loadtests.drills.orders.figures import figures_of
from loadtests.drills.orders.plan import OrdersPlan
from loadtests.measurement.measurement import Measurement
from localcloud.layout import CloudLayout
from services.storage.table import Table

FILE: Final = "orders.jsonl"
_PATIENCE_S: Final = 300.0
_SEED: Final = 1

R = TypeVar("R")
ProgressCallback = Callable[[str], object]

_SESSIONS: Final[dict[str, "OrderSession"]] = {}
_LOCK: Final = threading.Lock()


class OrderSession:
    """The orders of one drill.

    Chaos Toolkit runs each step by itself, so each has its own connections; stores, history and
    what the steps observed are kept here.
    """

    def __init__(
        self,
        layout: CloudLayout,
        replicas: Mapping[str, Table],
        plan: OrdersPlan,
        folder: Path,
        on_progress: ProgressCallback,
    ) -> None:
        """Write the stores, and count their pieces.

        Args:
            layout: The cloud.
            replicas: The regions' tables.
            plan: What the drill's file says.
            folder: Of the run; the history is written there.
            on_progress: Gets lines for people.

        Raises:
            DrillError: The cloud has no payment provider, or no store takes orders.
        """
        if not layout.payments_port:
            raise DrillError(
                "this cloud has no payment provider", "stop it and start it again with `carte up`"
            )
        self.regions = layout.region_names
        self._folder = folder
        self._file = (folder / FILE).open("w", encoding="utf-8")
        self._since_s = int(time.time()) - 1
        self._numbers = count()
        self._board = Board()
        self._replicas = replicas
        self._left: dict[str, str] = {}
        self._carried_on_s: float | None = None
        settings = CheckSettings(_SEED, plan.stores * 60.0, 4, (), patience_s=_PATIENCE_S)
        self._layout = layout
        self._check = OrdersCheck(
            layout,
            settings,
            replicas,
            FaultSession(layout),
            History(self._file.write),
            folder / FILE,
            on_progress,
            lambda _: None,
        )
        self.shops = make_shops(settings, replicas[layout.primary], plan.pieces, plan.stores)
        self.run(lambda person: self._check.open_shops(person.api, self.shops, self._board))
        self._check.history.begin()
        with _LOCK:
            _SESSIONS[str(folder)] = self

    def run(self, work: Callable[[Person], Awaitable[R]]) -> R:
        """Run a step with a person of its own, who may also be staff; blocks.

        Raises:
            DrillError: The cloud cannot be reached as it should.
        """

        async def connected() -> R:
            async with AsyncExitStack() as stack:
                guests, staff = [
                    await stack.enter_async_context(GraphQLClient(self._layout, token))
                    for token in (None, self._check.token())
                ]
                api = OrdersApi(guests, staff)
                history = self._check.history
                scene = Scene(self.regions, self.shops, self._board, api, history, _SEED)
                return await work(Person(next(self._numbers), scene))

        try:
            return asyncio.run(connected())
        except CheckError as error:
            raise DrillError(error.message, error.hint) from error

    def warm_up(self) -> None:
        """Place an order by card in each region, accept it, and wait until all of it was done.

        Each Lambda that works on orders starts with the first one, and twenty that start at once
        keep a small machine busy for so long that its regions look lost.

        Raises:
            DrillError: A region takes no order.
        """
        self.run(lambda person: self._check.settle(person, refuses=False))

    def placed_in(self, region: str) -> list[str]:
        """Return the orders that a region acknowledged before any other one did."""
        placements = {placed.id: order for order, placed in self._board.orders.items()}
        first: dict[str, str] = {}
        for one in self._check.history.attempts:
            if one.outcome == "ok" and one.operation in placements:
                first.setdefault(placements[one.operation], one.region)
        return [order for order, where in first.items() if where == region]

    def watch_lost(self, region: str, within_s: float) -> bool:
        """Wait until other regions have carried on what a lost one acknowledged.

        Args:
            region: The region that is away.
            within_s: How long to wait at most.

        Returns:
            Whether they have.
        """
        orders = self.placed_in(region)
        began = time.monotonic()
        self._left = self.run(
            lambda person: watch(orders, region, person.api, self._replicas, within_s)
        )
        self._carried_on_s = None if any(self._left.values()) else time.monotonic() - began
        return self._carried_on_s is not None

    def judge(self) -> dict[str, Measurement]:
        """Have staff accept what waits, wait for all effects, and judge the invariants.

        Raises:
            DrillError: The evidence cannot be read.
        """
        settled = self.run(lambda person: self._check.settle(person, refuses=False))
        evidence = self.run(
            lambda person: self._check.evidence(person.api, self.shops, self._since_s, self._left)
        )
        self._file.flush()
        return figures_of(evidence, self._carried_on_s, settled=settled)

    def close(self) -> None:
        """Forget the session, and close its file."""
        with _LOCK:
            _SESSIONS.pop(str(self._folder), None)
        self._file.close()


def session_of(folder: str | None) -> OrderSession:
    """Return the session of the run in a folder.

    Raises:
        DrillError: The drill's file states no orders, or nothing runs it.
    """
    with _LOCK:
        found = _SESSIONS.get(folder or "")
    if found is None:
        raise DrillError(
            "orders are placed by `carte drill run`, in drills whose file has `orders`",
            "write `orders: {}` into the extension `carte`",
        )
    return found
