"""Runs a check of orders: people order under faults, the faults are healed, invariants judge."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final, TypeVar

from loadtests.checker.blocking_calls import call
from loadtests.checker.course import Course
from loadtests.checker.fault_lanes import FAULT_S, FaultLanes
from loadtests.checker.graphql_client import GraphQLClient, UnansweredError
from loadtests.checker.orders.api import OrdersApi
from loadtests.checker.orders.evidence import PLACE, Evidence, order_of, union
from loadtests.checker.orders.invariants import contradicted, judge
from loadtests.checker.orders.last_pieces import rush
from loadtests.checker.orders.lost_region import LostRegion
from loadtests.checker.orders.people import GOOD_CARD, Board, Person, Scene, Wish, insist
from loadtests.checker.orders.plants import (
    beat_for,
    charge_again,
    lose_order,
    record_again,
    rights_off,
)
from loadtests.checker.orders.readings import (
    charges_of,
    orders_in,
    provider_of,
    read_orders,
    statuses,
    unfinished,
)
from loadtests.checker.orders.report import OrdersReport
from loadtests.checker.orders.settings import FOLLOWER_OFF, RIGHTS_OFF
from loadtests.checker.orders.shops import QUANTITIES, Shops, make_shops
from loadtests.checker.schedule import plan_faults
from loadtests.checker.settings import CheckError
from loadtests.checker.tables import Tables
from services.domain.orders.order import Order
from services.domain.orders.state import Status, fold
from services.storage.orders import OrderRepository

# Seconds; far more than a busy machine needs.
_WRITES_S: Final = 120.0
_READS_S: Final = 180.0
_READ_S: Final = 1.0  # an order by each region's API
_OVERTIME_S: Final = 180.0
_RETRIES_S: Final = 60.0
_CLOSING_S: Final = 120.0
_PROVIDER_S: Final = 180.0
_RUSH_S: Final = 240.0
_LOSE_S: Final = 1_200.0
# Without any effect carried out: the sweeper looks at what failed after 1, 2 and 4 minutes,
# whenever the provider came back.
_EFFECTS_S: Final = 270.0
# In all: a busy machine takes longer for the orders that wait, but each minute some are done.
_ALL_EFFECTS_S: Final = 1_200.0
# After which waiting for effects is given up where nothing performs any.
_NOTHING_COMES_S: Final = 5.0
_POLL_S: Final = 1.0
_POLLED: Final = 20  # orders that are read at each poll
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
                await self.open_shops(api, shops, board)
            await self._plant_before(shops)
            await self._quiet()
            scene = Scene(layout.region_names, shops, board, api, self.history, settings.seed)
            lanes = FaultLanes(self.faults, self.history)
            await self._work([Person(one, scene) for one in range(settings.clients)], lanes)
            # No random person, and in no region of its own.
            director = Person(settings.clients, scene)
            rushed = await self._rush(director, lanes)
            lost, lost_s = await self._lose_region(director, lanes)
            settled = await self.settle(director)
            await self._plant_after(tables)
            evidence = await self.evidence(api, shops, since_s, lost)
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
            faults=settings.faults,
            windows=dict(lanes.windows),
            rushed=rushed,
            left_by_lost=len(lost),
            lost_s=lost_s,
            settled=settled,
            invariants=judged,
            history=str(self.path),
        )

    async def open_shops(self, api: OrdersApi, shops: Shops, board: Board) -> None:
        """Count the stores' pieces, and get a quote for everything that guests order.

        Raises:
            CheckError: A store does not sell what it should.
        """
        primary = self.layout.primary
        for store in shops.all_stores:
            operation = f"{store}:count"
            await _insist(
                partial(api.count, primary, operation, store, shops.counted, shops.pieces)
            )
        for item in (shops.counted, shops.free):
            for quantity in sorted(set(QUANTITIES)):
                if item == shops.counted and quantity > shops.pieces:
                    continue  # so many are never there
                ask = partial(api.total, primary, shops.stores[0], item, quantity)
                board.totals[item, quantity] = await _insist(ask)

    async def _quiet(self) -> bool:
        patience = self.settings.patience_s
        waiting = partial(self.replicator.wait_until_quiet, patience)
        return await self.call("waiting for replication", patience + FAULT_S, waiting)

    async def _work(self, people: list[Person], lanes: FaultLanes) -> None:
        """Let people order while faults come and go; then heal, and let them ask for the rest."""
        settings = self.settings
        seconds = settings.seconds
        plan = plan_faults(settings.faults, seconds, self.layout.region_names, settings.seed)
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

    async def _rush(self, director: Person, lanes: FaultLanes) -> int | None:
        """Sell the last pieces of a store in all regions at once, where the settings pause.

        Returns:
            How many were sold; None where not wanted.
        """
        is_wanted = "replication-pause" in self.settings.faults or self.settings.plant == RIGHTS_OFF
        if not is_wanted:
            return None
        async with self.phases.phase("selling a store's last pieces everywhere", _RUSH_S):
            return await rush(director, lanes)

    async def _lose_region(
        self, director: Person, lanes: FaultLanes
    ) -> tuple[dict[str, str], float | None]:
        """Lose a region with orders that nobody has worked on, where the settings freeze regions.

        Returns:
            As `LostRegion.lose`; nothing where not wanted.
        """
        regions, settings = self.layout.region_names, self.settings
        is_planted = settings.plant == "takeover-off"
        if len(regions) == 1 or not (is_planted or "freeze" in settings.faults):
            return {}, None
        if settings.plant == FOLLOWER_OFF:
            return {}, None  # nobody does anything, so waiting for it shows no more
        region = regions[settings.seed % len(regions)]
        losing = LostRegion(region, director, self.replicas, lanes, self.replicator)
        if is_planted:
            losing = replace(losing, meanwhile=partial(beat_for, region, self.replicas))
        async with self.phases.phase(f"losing {region} with orders of its own", _LOSE_S):
            return await losing.lose()

    async def settle(self, staff: Person, *, refuses: bool = True) -> bool:
        """Accept or refuse what waits, and wait until every effect was carried out.

        An order by card is placed in each region and accepted, whatever became of all others.

        Args:
            staff: Places these orders, and accepts.
            refuses: Whether every other order that waits is rejected instead.

        Returns:
            Whether replication came to rest in time.
        """
        quiet = await self._quiet()
        await self._wait_for_effects()
        async with self.phases.phase("placing an order in each region", 2 * _CLOSING_S):
            closing = {await self._order_in(region, staff) for region in self.layout.region_names}
        quiet = await self._quiet() and quiet
        await self._wait_for_effects()
        regions = await self._regions()
        async with self.phases.phase("accepting or refusing the orders that wait", _CLOSING_S):
            waiting = [
                (name, status)
                for name, order in sorted(union(regions.values()).items())
                if (status := fold(order).status) in _WAITING
            ]
            for number, (name, status) in enumerate(waiting):
                is_chosen = name in closing or not refuses or number % 2 == 0
                accepts = is_chosen and status is not Status.DECLINED
                if not accepts or await staff.act("acceptOrder", name) != "ok":
                    await staff.act("rejectOrder", name)
        await self._wait_for_effects()
        return await self._quiet() and quiet

    async def _order_in(self, region: str, guest: Person) -> str:
        """Place an order by card in a region, and insist on an answer; return its id."""
        shops = guest.shops
        wish = Wish(shops.contested, shops.free, 1, GOOD_CARD)
        order, outcome = await insist(guest, region, wish, _RETRIES_S)
        if outcome != "ok":
            raise CheckError(f"{region} takes no order", "the history of the check has why")
        return order

    async def _wait_for_effects(self) -> None:
        """Wait until no effect of an order is due any more, or none is carried out any more."""
        patience = max(self.settings.patience_s, _EFFECTS_S)
        longest = max(patience, _ALL_EFFECTS_S)
        if self.settings.plant == FOLLOWER_OFF:
            patience = longest = _NOTHING_COMES_S
        deadline = time.monotonic() + patience
        last = time.monotonic() + longest
        fewest: int | None = None
        async with self.phases.phase("waiting for payments and notices", longest + _READS_S):
            while True:
                orders = union((await self._read()).values())
                left = unfinished(orders.values(), self.layout.region_names)
                seen = bool(left)
                if fewest is not None and len(left) < fewest:
                    deadline = min(last, time.monotonic() + patience)
                fewest = len(left)
                # A Scan of all regions costs them what the effects need: between two, only a few
                # orders are read.
                while left and time.monotonic() < deadline:
                    self.on_detail(f"{len(left):,} orders have effects to be carried out")
                    await asyncio.sleep(_POLL_S)
                    some = tuple(islice(left, _POLLED))
                    reading = partial(read_orders, self.replicas, some)
                    orders = await call("reading the orders", _READS_S, reading)
                    still = unfinished(orders.values(), self.layout.region_names)
                    left = {name: left[name] for name in left if name not in some} | still
                    if len(left) < fewest:
                        fewest = len(left)
                        deadline = min(last, time.monotonic() + patience)
                if left or not seen or time.monotonic() > deadline:
                    break
        self.history.note("effects", unfinished=left)

    async def _plant_before(self, shops: Shops) -> None:
        """Plant the bugs that are there before the first order."""
        match self.settings.plant:
            case "rights-off":
                primary = self.replicas[self.layout.primary]
                plant = partial(rights_off, primary, shops, self.layout.region_names)
            case "follower-off":
                plant = partial(self.faults.keep_everywhere, "fulfilment-stop")
            case _:
                return
        await self.call("planting the bug", _WRITES_S, plant)

    async def _plant_after(self, tables: Tables) -> None:
        """Plant the bugs that need orders to be there.

        Raises:
            CheckError: The workload has nothing that the bug could be planted in.
        """
        match self.settings.plant:
            case "second-charge":
                plant = partial(charge_again, provider_of(self.layout), await self._regions())
                done = await self.call("planting the bug", _PROVIDER_S, plant)
            case "webhook-twice":
                region = self.layout.primary
                orders = OrderRepository(self.replicas[region], self.layout.region_names)
                plant = partial(record_again, orders, await self._regions())
                done = await self.call("planting the bug", _PROVIDER_S, plant)
                await self._wait_for_effects()
                await self._quiet()
            case "lost-order":
                acknowledged = [
                    order_of(operation)
                    for operation, _ in Evidence(self.history, {}).acknowledged()
                    if operation.action == PLACE
                ]
                done = bool(acknowledged)
                for name in acknowledged[-1:]:
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

    async def evidence(
        self, api: OrdersApi, shops: Shops, since_s: int, lost: Mapping[str, str]
    ) -> Evidence:
        """Read what the invariants are judged by.

        Args:
            api: The regions.
            shops: The check's stores.
            since_s: Unix seconds (UTC) of the first order.
            lost: As `LostRegion.lose` returns it.
        """
        regions, others = await self.call("reading the orders", _READS_S, self._scan)
        orders = union(regions.values())
        charges, differences = await self.call(
            "reading the payment provider's list",
            _PROVIDER_S,
            partial(charges_of, provider_of(self.layout), since_s, orders, others),
        )
        bound = _READS_S + _READ_S * len(orders)
        async with self.phases.phase("reading what the regions show", bound):
            shown = await statuses(api, self.layout.region_names, orders)
        return Evidence(
            self.history,
            regions,
            charges=charges,
            counted={(store, shops.counted): shops.pieces for store in shops.all_stores},
            shown=shown,
            unfinished=unfinished(orders.values(), self.layout.region_names),
            left_by_lost=lost,
            differences=differences,
        )


async def _insist(ask: Callable[[], Awaitable[A]]) -> A:
    """Repeat a request until it is answered; the phase around it bounds the time."""
    while True:
        try:
            return await ask()
        except UnansweredError:
            await asyncio.sleep(_POLL_S)
