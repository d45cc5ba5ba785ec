"""Requests of staff and guests to one region, or through the edge; blocking, each sent once."""

import http.client
import json
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

STORE: Final = "us-00001"
# Without those of the environment: all of it is on this machine.
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_ITEMS: Final = "query M($id: ID!) { menu(storeId: $id) { categories { items { id } } } }"
_ME: Final = "{ me { id } }"
_SALE: Final = (
    "mutation S($input: RecordSaleInput!) { recordSale(input: $input) "
    "{ errors { __typename message } } }"
)
_REVOKE: Final = (
    "mutation R($input: RevokeRoleInput!) { revokeRole(input: $input) "
    "{ errors { __typename message } } }"
)
_QUOTE: Final = (
    "query Q($input: QuoteInput!) { quote(input: $input) { quote { total { amountMinor } } "
    "errors { __typename message } } }"
)
_PLACE: Final = (
    "mutation P($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } "
    "errors { __typename message } } }"
)
_STORES: Final = "{ stores(first: 100) { edges { node { id } } } }"
_FAULT: Final = 500
OK: Final = "ok"
NO_ANSWER: Final = "no answer"


@dataclass(frozen=True, slots=True)
class Reached:
    """An API.

    Attributes:
        url: Of a region or the edge, without a slash at its end.
        timeout_s: Seconds after which there is no answer.
        paths: Below the address, each tried where the one before led to no region that answers, as
            clients do at the edge (docs/clients.md).
    """

    url: str
    timeout_s: float = 8.0
    paths: tuple[str, ...] = ("/graphql",)
    _items: dict[str, str] = field(default_factory=dict)

    def query(self, token: str) -> str:
        """Ask who one is; return `OK`, `NO_ANSWER`, or the code of the refusal."""
        return self._outcome(*self._sent(_ME, {}, token))

    def sale(self, token: str) -> str:
        """Record a sale of a piece; return as `query` does."""
        item = self.item()
        if not item:
            return NO_ANSWER
        given = {
            "operationId": str(uuid.uuid4()),
            "storeId": STORE,
            "lines": [{"itemId": item, "pieces": 1}],
        }
        return self._outcome(*self._sent(_SALE, {"input": given}, token))

    def revoke(self, token: str, person: str) -> str:
        """Revoke all roles of a person, in this region alone; return as `query` does."""
        given = {
            "operationId": str(uuid.uuid4()),
            "sentAt": datetime.now(UTC).isoformat(),
            "person": person,
        }
        return self._outcome(*self._sent(_REVOKE, {"input": given}, token))

    def menu(self) -> str:
        """Read a menu as a guest; return as `query` does."""
        return self._outcome(*self._sent(_ITEMS, {"id": STORE}, ""))

    def order(self, store: str) -> str:
        """Order a piece of a store as a guest, to be paid there; return as `query` does."""
        item = self.item(store)
        if not item:
            return NO_ANSWER
        wanted = {"storeId": store, "lines": [{"itemId": item, "quantity": 1}]}
        status, answer = self._sent(_QUOTE, {"input": wanted}, "")
        outcome = self._outcome(status, answer)
        if outcome != OK:
            return outcome
        total = answer["data"]["quote"]["quote"]["total"]["amountMinor"]
        given = {
            **wanted,
            "operationId": str(uuid.uuid4()),
            "expectedTotalMinor": total,
            "payment": "AT_STORE",
            "contact": {"name": "Kim"},
        }
        return self._outcome(*self._sent(_PLACE, {"input": given}, ""))

    def stores(self) -> list[str]:
        """Return the ids of the first hundred stores; none where there is no answer."""
        _, answer = self._sent(_STORES, {}, "")
        try:
            return [edge["node"]["id"] for edge in answer["data"]["stores"]["edges"]]
        except (KeyError, TypeError):
            return []

    def item(self, store: str = STORE) -> str:
        """Return an item of a store's menu, read once; empty: there was no answer."""
        if store not in self._items:
            _, answer = self._sent(_ITEMS, {"id": store}, "")
            try:
                found = answer["data"]["menu"]["categories"][0]["items"][0]["id"]
            except (KeyError, TypeError, IndexError):
                return ""
            self._items[store] = str(found)
        return self._items[store]

    def _sent(self, text: str, variables: Mapping[str, Any], token: str) -> tuple[int, Any]:
        """Return status and JSON of an answer; 0: there was none."""
        status, answer = 0, None
        for path in self.paths:
            status, answer = self._sent_to(path, text, variables, token)
            if status and status < _FAULT:
                break
        return status, answer

    def _sent_to(
        self, path: str, text: str, variables: Mapping[str, Any], token: str
    ) -> tuple[int, Any]:
        request = urllib.request.Request(  # noqa: S310 - on this machine
            self.url + path,
            data=json.dumps({"query": text, "variables": dict(variables)}).encode(),
            headers={
                "content-type": "application/json",
                **({"authorization": f"Bearer {token}"} if token else {}),
            },
        )
        try:
            with _OPENER.open(request, timeout=self.timeout_s) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            try:
                return error.code, json.load(error)
            except ValueError:
                return error.code, None
        except (OSError, ValueError, http.client.HTTPException):
            return 0, None

    @staticmethod
    def _outcome(status: int, answer: Any) -> str:
        if not status:
            return NO_ANSWER
        if not isinstance(answer, dict):
            return f"status {status}"
        errors = answer.get("errors")
        if errors:
            return str(errors[0].get("extensions", {}).get("code", f"status {status}"))
        for payload in (answer.get("data") or {}).values():
            refused = payload.get("errors") if isinstance(payload, dict) else None
            if refused:
                return str(refused[0]["__typename"])
        return OK
