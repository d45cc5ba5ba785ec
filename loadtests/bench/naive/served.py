"""A Lambda handler as a subject of the bench: one event for each call."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from loadtests.bench import events
from loadtests.bench.subject import LITERALS, Call, Subject


class Served(Subject):
    """Keeps nothing from request to request, so every scenario with variables is the same to it."""

    def __init__(self, handler: Callable[..., Any]) -> None:
        self._handler = handler

    def calls(self, scenario: str, stores: Sequence[str]) -> list[Call]:
        """One event for each store."""
        made = events.with_literals if scenario == LITERALS else events.posted
        return [partial(self._handler, made(store), None) for store in stores]


class ServedChain(Subject):
    """Answers requests about stores, prices, sales and orders, each mutation another operation."""

    def __init__(self, handler: Callable[..., Any]) -> None:
        # Imported here: subjects of menus alone run with other packages than carte's.
        from loadtests.bench.chain_events import ChainEvents

        self._handler = handler
        self._events = ChainEvents()

    def calls(self, scenario: str, stores: Sequence[str]) -> list[Call]:
        """One event for each store."""
        made = [self._events.event(scenario, store) for store in stores]
        return [partial(self._handler, event, None) for event in made]
