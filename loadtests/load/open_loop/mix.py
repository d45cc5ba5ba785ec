"""Draws requests for the open loop: those of locust's users, in the same proportions."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from loadtests.cloud.answers import data_of
from loadtests.cloud.operation_ids import operation_id
from loadtests.cloud.persisted_documents import persisted_path
from loadtests.load import response_checks
from loadtests.load.documents import APP_START, MENU, SELL, SET_PRICE
from loadtests.load.population import Population, Store

_WEIGHTS: Final = {
    "menu, warm": 50, "menu, cold": 10, "stores near": 8, "menu by POST": 12, "app start": 5,
    "sell": 10, "set price": 3,
}  # fmt: skip
_EDITS: Final = {"sell", "set price"}


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """A request with its planned time.

    Attributes:
        path: With its query.
        body: To POST; None: a GET.
        judge: Status and body to what is wrong.
        edits: Needs a token.
    """

    name: str
    path: str
    place: str
    judge: Callable[[int, bytes], str]
    body: Mapping[str, Any] | None = None
    edits: bool = False


class Mix:
    """Draws random requests in given shares."""

    def __init__(
        self,
        population: Population,
        items: Mapping[str, Sequence[str]],
        source: random.Random,
        *,
        edits: bool,
    ) -> None:
        weights = {name: w for name, w in _WEIGHTS.items() if edits or name not in _EDITS}
        self._names, self._weights = list(weights), list(weights.values())
        self._population = population
        self._items = items
        self._source = source

    def next(self, moment: datetime) -> PlannedRequest:
        """Return the next request, of a random customer at that time of day."""
        (name,) = self._source.choices(self._names, self._weights)
        guest = self._population.guest(self._source, moment)
        if name == "menu, warm":
            return self._menu(name, guest, {"storeId": guest.id})
        if name == "menu, cold":
            guest = self._population.anyone(self._source)
            locale = f"en-cold-{self._source.getrandbits(32):08x}"
            return self._menu(name, guest, {"storeId": guest.id, "locale": locale})
        if name == "stores near":
            path = persisted_path(
                "NearbyStores", latitude=guest.latitude, longitude=guest.longitude
            )
            judge = partial(response_checks.stores_near, store_id=guest.id)
            return PlannedRequest(name, path, guest.place, judge)
        if name == "menu by POST":
            judge = partial(response_checks.menu, store_id=guest.id)
            return self._post(name, guest, MENU, {"storeId": guest.id}, judge)
        if name == "app start":
            return self._post(name, guest, APP_START, {"storeId": guest.id}, _any_data)
        return self._edit(name)

    def _menu(self, name: str, store: Store, variables: dict[str, Any]) -> PlannedRequest:
        judge = partial(response_checks.menu, store_id=store.id)
        return PlannedRequest(name, persisted_path("Menu", **variables), store.place, judge)

    def _edit(self, name: str) -> PlannedRequest:
        store = self._population.anyone(self._source)
        item = self._source.choice(self._items[store.market])
        line: dict[str, Any] = {"itemId": item}
        line |= (
            {"pieces": 1} if name == "sell" else {"priceMinor": self._source.randrange(100, 900)}
        )
        given = {"operationId": operation_id(), "storeId": store.id, "lines": [line]}
        document = SELL if name == "sell" else SET_PRICE
        return self._post(name, store, document, {"input": given}, _any_payload, edits=True)

    def _post(
        self,
        name: str,
        store: Store,
        query: str,
        variables: Mapping[str, Any],
        judge: Callable[[int, bytes], str],
        *,
        edits: bool = False,
    ) -> PlannedRequest:
        body = {"query": query, "variables": variables}
        return PlannedRequest(name, "/graphql", store.place, judge, body, edits)


def _any_data(status: int, body: bytes) -> str:
    return data_of(status, body)[0]


def _any_payload(status: int, body: bytes) -> str:
    return response_checks.mutation(status, body)[0]
