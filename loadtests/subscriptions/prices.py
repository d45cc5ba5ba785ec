"""Sets the price of one item of one store, to a new value each time."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from itertools import count
from typing import Any, Final

from loadtests.cloud.operation_ids import operation_id
from localcloud.issuer import this_machines
from localcloud.layout import CloudLayout
from services.domain.errors import CarteError

_STORES: Final = "{ stores(first: 1) { edges { node { id } } } }"
_MENU: Final = "query($id: ID!) { menu(storeId: $id) { categories { items { id } } } }"
_SET: Final = """mutation($input: UpdateAssortmentInput!) {
  updateAssortment(input: $input) { errors { message } } }"""
_TIMEOUT_S: Final = 20.0
_ATTEMPTS: Final = 5
_FIRST_PRICE: Final = 1_000


class PriceNotSetError(CarteError):
    """The cloud has no store, or refuses the price."""


class PriceWriter:
    """Writes in one region of a local cloud.

    Attributes:
        store: The store.
        item: The item.
    """

    def __init__(self, layout: CloudLayout, region: str) -> None:
        """Choose the first store, and the first item of its menu.

        Raises:
            PriceNotSetError: There is none.
        """
        self._url = f"{layout.edge_url}/_region/{region}/graphql"
        self._prices = count(_FIRST_PRICE + int(time.time()) % 1_000_000)
        edges = self._ask(_STORES, {}, "")["stores"]["edges"]
        if not edges:
            raise PriceNotSetError("the cloud has no store", "run `carte seed` first")
        self.store: str = edges[0]["node"]["id"]
        token = this_machines().token([f"store:{self.store}:manager"], lifetime_s=3600)
        self._authorization = f"Bearer {token}"
        menu = self._ask(_MENU, {"id": self.store}, "")["menu"]
        self.item: str = menu["categories"][0]["items"][0]["id"]

    def set_next(self) -> tuple[int, float]:
        """Set another price; return it, and when it was acknowledged, seconds of the epoch.

        Raises:
            PriceNotSetError: The region refuses it, or does not answer.
        """
        price = next(self._prices)
        line = {"itemId": self.item, "priceMinor": price, "listed": True}
        wanted = {"operationId": operation_id(), "storeId": self.store, "lines": [line]}
        done = self._ask(_SET, {"input": wanted}, self._authorization)["updateAssortment"]
        acknowledged = time.time()
        if done["errors"]:
            raise PriceNotSetError(f"the price was refused: {done['errors']}")
        return price, acknowledged

    def price_in(self, state: Mapping[str, Any]) -> int | None:
        """Return the item's price in a state of `menuChanged`; None: the item is not in it."""
        return next(
            (
                int(one["price"]["amountMinor"])
                for category in state["menu"]["categories"]
                for one in category["items"]
                if one["id"] == self.item
            ),
            None,
        )

    def _ask(self, document: str, variables: Mapping[str, Any], authorization: str) -> Any:
        """Return the data; what fails is sent again with the same operation id."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        headers = {"content-type": "application/json", "accept": "application/json"}
        if authorization:
            headers["authorization"] = authorization
        why = ""
        for _ in range(_ATTEMPTS):
            request = urllib.request.Request(self._url, body, headers)  # noqa: S310 - loopback
            try:
                with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
                    answer = json.loads(response.read())
            except OSError as error:
                why = str(error)
                continue
            if "errors" not in answer:
                return answer["data"]
            why = str(answer["errors"])[:300]
        raise PriceNotSetError("the cloud does not answer", "is it up? `carte status`", detail=why)
