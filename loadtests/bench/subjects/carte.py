"""carte's real handler on API Gateway events, its response cache in the state a scenario wants."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from loadtests.bench import events
from loadtests.bench.subject import CHECKED, HIT, LITERALS, MISS, POSTED, Call, Subject
from services.menu_api.handler import handler

# What makes carte check a kept response's version, from whomever it comes.
_CHECK: Final = {"Cache-Control": "no-cache"}
# A kept response is served unchecked for about a second: few enough are made ready for that.
_HITS: Final = 20


class Carte(Subject):
    """The Lambda's entry point."""

    def calls(self, scenario: str, stores: Sequence[str]) -> list[Call]:
        """Return a call for each store, with its API Gateway event."""
        # SnapStart and the tests forget responses in the same way.
        handler._application.responses.clear()
        if scenario == HIT:
            stores = [stores[at % min(_HITS, len(stores))] for at in range(len(stores))]
        if scenario in {CHECKED, HIT}:
            # Once to make it, once for what a response gets when it is sent again.
            for store in 2 * [*dict.fromkeys(stores)]:
                handler(events.persisted(store), None)
        made = {store: _event(scenario, store) for store in dict.fromkeys(stores)}
        return [partial(handler, made[store], None) for store in stores]


def _event(scenario: str, store: str) -> dict[str, Any]:
    if scenario == POSTED:
        return events.posted(store)
    if scenario == LITERALS:
        return events.with_literals(store)
    if scenario == CHECKED:
        return events.persisted(store, _CHECK)
    assert scenario in {MISS, HIT}, scenario
    return events.persisted(store)


def open_subject() -> Subject:
    """Return the subject, ready to be timed."""
    return Carte()
