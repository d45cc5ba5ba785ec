"""The edge's switches: off until a time, and back on by themselves."""

import asyncio
from typing import Any

import pytest

from localcloud.edge.events import Events
from localcloud.edge.switches import NAMES, Switches


def changes(events: Events) -> list[tuple[Any, ...]]:
    found = events.since(0)["events"]
    return [(one["name"], one["on"], one["why"]) for one in found if one["kind"] == "switch"]


class EventsUntilOn(Events):
    """Events that also set an asyncio event when a switch turns on."""

    def __init__(self) -> None:
        super().__init__()
        self.turned_on = asyncio.Event()

    def add(self, kind: Any, **what: Any) -> None:
        super().add(kind, **what)
        if what["on"]:
            self.turned_on.set()


def test_everything_is_on_at_the_start() -> None:
    switches = Switches(Events())
    assert switches.origin_failover and switches.health_checks and switches.cache  # noqa: PT018 - one state
    assert switches.to_json() == {name: {"on": True, "until": None} for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_switch_turns_on_again_by_itself(name: str) -> None:
    async def story() -> tuple[bool, Any, list[tuple[Any, ...]]]:
        events = EventsUntilOn()
        switches = Switches(events)
        switches.turn(name, on=False, seconds=0.05)
        off = getattr(switches, name)
        shown = switches.to_json()[name]
        await asyncio.wait_for(events.turned_on.wait(), timeout=10)
        assert getattr(switches, name)
        return off, shown, changes(events)

    off, shown, events = asyncio.run(story())
    assert off is False
    assert shown["on"] is False
    assert shown["until"].startswith("20")
    assert events == [(name, False, "requested"), (name, True, "time is up")]


def test_turning_off_again_extends_the_time_without_another_event() -> None:
    async def story() -> tuple[list[tuple[Any, ...]], bool]:
        events = Events()
        switches = Switches(events)
        switches.turn("cache", on=False, seconds=0.0)
        switches.turn("cache", on=False, seconds=600)
        for _ in range(20):  # the first timer, were it not cancelled, would have come
            await asyncio.sleep(0)
        still_off = not switches.cache
        switches.turn("cache", on=True)
        return changes(events), still_off

    events, still_off = asyncio.run(story())
    assert still_off
    assert events == [("cache", False, "requested"), ("cache", True, "requested")]


def test_turning_on_what_is_on_is_no_event() -> None:
    events = Events()
    Switches(events).turn("cache", on=True)
    assert changes(events) == []
