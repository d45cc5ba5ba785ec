"""Chaos Toolkit actions and probes of drills with orders. Guests reach the regions by name."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from chaoslib.exceptions import ActivityFailed

from loadtests.checker.orders.people import GOOD_CARD, Person, Wish
from loadtests.drills.exceptions import DrillError
from loadtests.drills.orders.session import OrderSession, session_of
from loadtests.drills.timeline import timeline_of
from loadtests.drills.warm_up import AT_ONCE

Configuration = Mapping[str, Any]

# How long a guest repeats an order that had no answer, in all regions in turn.
_INSISTS_S: Final = 60.0
_PAUSE_S: Final = 0.3


def order(
    count: int,
    region: str = "",
    *,
    card: bool = True,
    counted: bool = False,
    over_s: float = 0.0,
    configuration: Configuration | None = None,
) -> dict[str, Any]:
    """Let guests order, and repeat in another region what had no answer.

    Args:
        count: How many guests; each orders a piece.
        region: Where they are; empty: in all regions in turn.
        card: Whether they pay by card; else at the store.
        counted: Whether they order the counted item; else the one that nobody counts.
        over_s: Seconds over which they come, evenly; 0: all at once.
        configuration: Of the experiment.
    """
    session = _session(configuration)
    shops = session.shops
    item = shops.counted if counted else shops.free

    async def all_of_them(person: Person) -> dict[str, Any]:
        turns = {name: asyncio.Semaphore(AT_ONCE) for name in session.regions}
        answers = await asyncio.gather(
            *(
                _insist(
                    person,
                    Wish(shops.stores[at % len(shops.stores)], item, 1, GOOD_CARD if card else ""),
                    region or session.regions[at % len(session.regions)],
                    turns,
                    at * over_s / count,
                )
                for at in range(count)
            )
        )
        return {one: answers.count(one) for one in sorted(set(answers))}

    when = f" within {over_s:g} s" if over_s else ""
    _mark(configuration, "orders", region, f"{count} guests order{when}")
    return _run(session, all_of_them)


def double_click(count: int, *, configuration: Configuration | None = None) -> dict[str, Any]:
    """Send each of some orders to every region at once, under one operationId."""
    session = _session(configuration)
    shops = session.shops

    async def clicks(person: Person) -> dict[str, Any]:
        for at in range(count):
            wish = Wish(shops.stores[at % len(shops.stores)], shops.free, 1, GOOD_CARD)
            await person.buy_everywhere(wish)
        await person.settle(lambda: True)
        return {"sent": count}

    _mark(configuration, "double-click", "", f"{count} orders, each in all regions at once")
    return _run(session, clicks)


def others_carry_on(
    region: str, within_s: float = 300.0, *, configuration: Configuration | None = None
) -> bool:
    """Wait until the other regions did what a lost one left undone; return whether they did."""
    session = _session(configuration)
    try:
        return session.watch_lost(region, within_s)
    except DrillError as error:
        raise ActivityFailed(str(error)) from error


async def _insist(
    person: Person,
    wish: Wish,
    region: str,
    turns: Mapping[str, asyncio.Semaphore],
    after_s: float = 0.0,
) -> str:
    """Order, and repeat at the next region what has no answer; return what became of it."""
    await asyncio.sleep(after_s)
    regions = person.regions
    begin = regions.index(region)
    deadline = time.monotonic() + _INSISTS_S
    async with turns[region]:
        order_id, outcome = await person.buy(region, wish)
    tries = 0
    while outcome == "unknown" and time.monotonic() < deadline:
        await asyncio.sleep(_PAUSE_S)
        tries += 1
        where = regions[(begin + tries) % len(regions)]
        async with turns[where]:
            outcome = await person.repeat(order_id, where)
    return outcome


def _mark(configuration: Configuration | None, kind: str, region: str, text: str) -> None:
    timeline = timeline_of((configuration or {}).get("run_dir"))
    if timeline is not None:
        timeline.mark("step", kind, region, text)


def _run(
    session: OrderSession, work: Callable[[Person], Awaitable[dict[str, Any]]]
) -> dict[str, Any]:
    try:
        return session.run(work)
    except DrillError as error:
        raise ActivityFailed(str(error)) from error


def _session(configuration: Configuration | None) -> OrderSession:
    try:
        return session_of((configuration or {}).get("run_dir"))
    except DrillError as error:
        raise ActivityFailed(str(error)) from error
