"""Runs a check of orders: people order under faults, the faults are healed, invariants judge."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Final, TypeVar

from loadtests.checker.blocking_calls import call
from loadtests.checker.course import Course
from loadtests.checker.fault_lanes import FAULT_S, FaultLanes
from loadtests.checker.graphql_client import GraphQLClient, UnansweredError
from loadtests.checker.orders.api import OrdersApi
from loadtests.checker.orders.evidence import PLACE, Evidence, union
from loadtests.checker.orders.invariants import contradicted, judge
from loadtests.checker.orders.people import Board, Person, Scene
from loadtests.checker.orders.plants import charge_again, lose_order, rights_off
from loadtests.checker.orders.readings import (
    charges_of,
    orders_in,
    provider_of,
    statuses,
    unfinished,
)
from loadtests.checker.orders.report import OrdersReport
from loadtests.checker.orders.shops import QUANTITIES, Shops, make_shops
from loadtests.checker.schedule import FaultWindow, plan_faults
from loadtests.checker.settings import CheckError
from loadtests.checker.tables import Tables
from services.domain.orders.order import Order
from services.domain.orders.state import Status, fold

# Seconds; far more than a busy machine needs.
_WRITES_S: Final = 120.0
_READS_S: Final = 180.0
_OVERTIME_S: Final = 180.0
_RETRIES_S: Final = 60.0
_CLOSING_S: Final = 120.0
_PROVIDER_S: Final = 180.0
_POLL_S: Final = 1.0
# The last orders of a check: staff accept one and refuse the next.
_WAITING: Final = frozenset({Status.PLACED, Status.AUTHORIZED, Status.DECLINED})

A = TypeVar("A")
Regions = dict[str, dict[str, Order]]


class OrdersCheck(Course):
    """A check of orders, payments and reserved pieces."""

    async def run(self) -> OrdersReport:
        """Run the check. The caller heals all faults afterwards, also after an error.

        Raises:
            CarteError: The check cannot be made.
        """
        layout, settings = self.layout, self.settings
        if not layout.payments_port:
            raise CheckError(
                "this cloud has no payment provider", "stop it and start it again with `carte up`"
            )
        began, since_s = time.monotonic(), int(time.time()) - 1
        await self.call("healing faults that were set before", FAULT_S, self.faults.heal)
        primary = self.replicas[layout.primary]
        shops = await self.call(
            "writing the check's stores", _WRITES_S, partial(make_shops, settings, primary)
        )
        self.history.note("dataset", name=shops.name, market=shops.market, seed=settings.seed)
        async with AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(
                    GraphQLClient(layout, token, through_edge=settings.through_edge)
                )
                for token in (None, self.token())
            ]
            api = OrdersApi(*clients)
            tables = await stack.enter_async_context(Tables(layout))
            board = Board()
            async with self.phases.phase("opening the check's stores in all regions", _READS_S):
                await self._open(api, shops, board)
            if settings.plant == "rights-off":
                plant = partial(rights_off, primary, shops, layout.region_names)
                await self.call("planting the bug", _WRITES_S, plant)
            await self._quiet()
            scene = Scene(layout.region_names, shops, board, api, self.history, settings.seed)
            windows = await self._work([Person(one, scene) for one in range(settings.clients)])
            settled = await self._settle(Person(settings.clients, scene))
            await self._plant(tables)
            evidence = await self._evidence(api, shops, since_s)
        judged = judge(evidence)
        outcomes = list(self.history.outcomes().values())
        attempts = self.history.attempts
        return OrdersReport(
            seed=settings.seed,
            name=shops.name,
            seconds=time.monotonic() - began,
            clients=settings.clients,
            plant=settings.plant,
            orders=len(evidence.orders()),
            acknowledged=sum(one.action == PLACE for one, _ in evidence.acknowledged()),
            unknown=outcomes.count("unknown"),
            attempts=len(attempts),
            unanswered=sum(one.outcome == "unknown" for one in attempts),
            refused=Counter(one.why for one in attempts if one.outcome == "refused"),
            charged=len({one.order_id for one in evidence.charges if one.received}),
            overruled=contradicted(evidence.orders().values()),
            windows=windows,
            settled=settled,
            invariants=judged,
            history=str(self.path),
        )

    async def _open(self, api: OrdersApi, shops: Shops, board: Board) -> None:
        """Count the stores' pieces, and get a quote for everything that guests order.

        Raises:
            CheckError: A store does not sell what it should.
        """
        primary = self.layout.primary
        for store in shops.stores:
            operation = f"{store}:count"
            await _insist(
                partial(api.count, primary, operation, store, shops.counted, shops.pieces)
            )
        for item in (shops.counted, shops.free):
            for quantity in sorted(set(QUANTITIES)):
                ask = partial(api.total, primary, shops.stores[0], item, quantity)
                board.totals[item, quantity] = await _insist(ask)

    async def _quiet(self) -> bool:
        patience = self.settings.patience_s
        waiting = partial(self.replicator.wait_until_quiet, patience)
        return await self.call("waiting for replication", patience + FAULT_S, waiting)

    async def _work(self, people: list[Person]) -> dict[str, int]:
        """Let people order while faults come and go; then heal, and let them ask for the rest."""
        settings = self.settings
        seconds = settings.seconds
        lanes = FaultLanes(self.faults, self.history)
        plan = plan_faults(settings.faults, seconds, self.layout.region_names, settings.seed)
        if settings.plant == "rights-off":
            # Rights bound what regions sell that do not see each other's sales.
            plan = (*plan, (FaultWindow("replication-pause", 0.0, seconds, None, {}),))
        self.history.begin()
        began = time.monotonic()

        def goes_on() -> bool:
            return time.monotonic() - began < seconds

        async with (
            self.phases.phase(f"ordering for {seconds:.0f} s", seconds + _OVERTIME_S),
            asyncio.TaskGroup() as group,
        ):
            for person in people:
                group.create_task(person.work(goes_on))
            for lane in plan:
                group.create_task(lanes.run(lane, began))
            group.create_task(lanes.watch(goes_on, began, seconds, self.on_detail))
        await self.call("healing", FAULT_S, self.faults.heal)
        until = time.monotonic() + _RETRIES_S
        async with self.phases.phase("repeating what had no answer", 2 * _RETRIES_S):
            await asyncio.gather(
                *(person.settle(lambda: time.monotonic() < until) for person in people)
            )
        return dict(lanes.windows)

    async def _settle(self, staff: Person) -> bool:
        """Accept or refuse what waits, and wait until every effect was carried out.

        Returns:
            Whether replication came to rest in time.
        """
        quiet = await self._quiet()
        await self._wait_for_effects()
        regions = await self._regions()
        async with self.phases.phase("accepting or refusing the orders that wait", _CLOSING_S):
            waiting = [
                (name, status)
                for name, order in sorted(union(regions.values()).items())
                if (status := fold(order).status) in _WAITING
            ]
            for number, (name, status) in enumerate(waiting):
                accepts = number % 2 == 0 and status is not Status.DECLINED
                if not accepts or await staff.act("acceptOrder", name) != "ok":
                    await staff.act("rejectOrder", name)
        await self._wait_for_effects()
        return await self._quiet() and quiet

    async def _wait_for_effects(self) -> None:
        """Wait until no effect of an order is due any more, or the patience is over."""
        patience = self.settings.patience_s
        deadline = time.monotonic() + patience
        async with self.phases.phase("waiting for payments and notices", patience + _READS_S):
            while True:
                orders = union((await self._read()).values()).values()
                left = unfinished(orders, self.layout.region_names)
                self.on_detail(f"{len(left):,} orders have effects to be carried out")
                if not left or time.monotonic() > deadline:
                    break
                await asyncio.sleep(_POLL_S)
        self.history.note("effects", unfinished=left)

    async def _plant(self, tables: Tables) -> None:
        """Plant the bugs that need orders to be there.

        Raises:
            CheckError: The workload has nothing that the bug could be planted in.
        """
        match self.settings.plant:
            case "second-charge":
                plant = partial(charge_again, provider_of(self.layout), await self._regions())
                done = await self.call("planting the bug", _PROVIDER_S, plant)
            case "lost-order":
                placed = [
                    name
                    for name, order in sorted(union((await self._regions()).values()).items())
                    if order.facts
                ]
                done = bool(placed)
                for name in placed[:1]:
                    await lose_order(tables, name)
                await self._quiet()
            case _:
                done = True
        if not done:
            raise CheckError(
                "no order was there to plant the bug in", "let the check run for more seconds"
            )

    async def _regions(self) -> Regions:
        async with self.phases.phase("reading the orders", _READS_S):
            return await self._read()

    async def _read(self) -> Regions:
        return (await call("reading the orders", _READS_S, self._scan))[0]

    def _scan(self) -> tuple[Regions, frozenset[str]]:
        wanted = Evidence(self.history, {}).placements().keys()
        return orders_in(self.replicas, wanted)

    async def _evidence(self, api: OrdersApi, shops: Shops, since_s: int) -> Evidence:
        regions, others = await self.call("reading the orders", _READS_S, self._scan)
        orders = union(regions.values())
        charges, differences = await self.call(
            "reading the payment provider's list",
            _PROVIDER_S,
            partial(charges_of, provider_of(self.layout), since_s, orders, others),
        )
        async with self.phases.phase("reading what the regions show", _READS_S):
            shown = await statuses(api, self.layout.region_names, orders)
        return Evidence(
            self.history,
            regions,
            charges,
            {(store, shops.counted): shops.pieces for store in shops.stores},
            shown,
            unfinished(orders.values(), self.layout.region_names),
            differences,
        )


async def _insist(ask: Callable[[], Awaitable[A]]) -> A:
    """Repeat a request until it is answered; the phase around it bounds the time."""
    while True:
        try:
            return await ask()
        except UnansweredError:
            await asyncio.sleep(_POLL_S)
