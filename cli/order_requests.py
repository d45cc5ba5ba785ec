"""Requests of `carte order`: their documents, where they go, the staff token, refusals."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import typer

from cli.options import the_cloud
from cli.sending import data_of, send
from services.domain.errors import CarteError, UnusableInputError
from services.domain.orders.identity import order_id

_MONEY: Final = "{ amountMinor currency }"
_ORDER: Final = (
    f"id status pickupAt acceptBy needsApproval total {_MONEY} store {{ id name timeZone }} "
    f"lines {{ itemId quantity amount {_MONEY} }} payment {{ state }} "
    "events { kind at region reason holds instead }"
)
_BRIEF: Final = f"id status placedAt pickupAt total {_MONEY}"
_ERRORS: Final = "errors { __typename message path ... on StoreClosedError { nextSlot } }"
_INPUTS: Final = {
    "decideOrderReview": "DecideOrderReviewInput",
    "refundOrder": "RefundOrderInput",
}
_AGAIN: Final = (
    "what became of it is shown, or done once, by the same command with --operation-id {}"
)
_MENU: Final = (
    "`carte query '{{ menu(storeId: \"{store}\") {{ categories {{ items {{ id }} }} }} }}'` lists "
    "what is sold there"
)
_SLOTS: Final = (
    "`carte query '{{ pickupSlots(storeId: \"{store}\"{day}) {{ id start }} }}'` lists when it can "
    "be collected; name one by --slot ID"
)
_FIND_STORE: Final = (
    'ids are like us-00001; `carte query \'{ stores(search: "boston", first: 5) { edges { node '
    "{ id name } } } }'` finds those of a place"
)
_STORES: Final = (
    "`carte query '{{ stores(first: 5) {{ edges {{ node {{ id openNow }} }} }} }}'` lists stores"
)
# What to do about an error of a quote or of an order, by its type.
_HINTS: Final[Mapping[str, str]] = {
    "StoreClosedError": _SLOTS,
    "SlotFullError": _SLOTS,
    "UnknownStoreError": _STORES,
    "UnknownItemError": _MENU,
    "ItemNotListedError": _MENU,
    "PriceChangedError": "run it again: the price is asked for anew",
}
_FIND: Final = f"query O($id: ID!) {{ order(id: $id) {{ {_ORDER} }} }}"
_QUOTE: Final = (
    f"query Q($input: QuoteInput!) {{ quote(input: $input) {{ quote {{ total {_MONEY} }} "
    f"{_ERRORS} }} }}"
)
_PLACE: Final = (
    f"mutation P($input: PlaceOrderInput!) {{ placeOrder(input: $input) {{ "
    f"order {{ {_ORDER} }} {_ERRORS} }} }}"
)
_STORE: Final = "query S($store: ID!) { store(id: $store) { timeZone } }"
_LIST: Final = (
    "query L($store: ID!, $day: Date, $status: [OrderStatus!]) { storeOrders("
    f"storeId: $store, day: $day, status: $status, first: 100) {{ edges {{ node {{ {_BRIEF} }}"
    " } totalCount pageInfo { hasNextPage } } }"
)


class Listed(NamedTuple):
    """Orders of a store and day.

    Attributes:
        day: The day of their pickup, `YYYY-MM-DD`.
        time_zone: The store's, an IANA name.
        found: As `storeOrders` answers.
    """

    day: str
    time_zone: str
    found: dict[str, Any]


class OrderRequests:
    """Sends requests about orders to one site or region, with the token that steps need."""

    def __init__(self, url: str, *, local: bool, edge: bool, token: str | None) -> None:
        """Take the address and the token; nothing is sent yet.

        Args:
            url: An edge or the API of a region.
            local: It is a local cloud's: staff tokens are signed here.
            edge: It is an edge, where requests fail over.
            token: The staff token to send; None: one is signed, if it is a local cloud.
        """
        self._url = url
        self._local = local
        self._edge = edge
        self._token = token

    @classmethod
    def to(
        cls,
        port: int,
        state_dir: Path | None,
        region: str | None,
        url: str | None,
        token: str | None = None,
    ) -> "OrderRequests":
        """Return requests to what the options of a command name.

        Raises:
            typer.BadParameter: Both a region and a site are named.
            CarteError: There is no such local cloud or region.
        """
        if region is not None and url is not None:
            raise typer.BadParameter("choose one of --region and --url")
        if url is not None:
            return cls(url, local=False, edge=True, token=token)
        layout = the_cloud(port, state_dir)
        api_url = layout.region(region).api_url if region else layout.edge_url
        return cls(api_url, local=True, edge=region is None, token=token)

    def find(self, order: str) -> dict[str, Any] | None:
        """Return an order; None where the region that answers has none."""
        found: dict[str, Any] | None = self._ask(_FIND, {"id": order})["order"]
        return found

    def existing(self, order: str) -> dict[str, Any]:
        """Return an order that has to be there.

        Raises:
            CarteError: The region that answers has none.
        """
        found = self.find(order)
        if found is None or found["store"] is None:
            raise CarteError(
                f"there is no order {order[:40]!r} in the region that answers",
                "copy its id from `carte order place` or `carte order list`; a new order reaches "
                "other regions within a second",
            )
        return found

    def listed(self, store: str, day: str | None, statuses: list[str]) -> Listed:
        """Return the first 100 orders of a store and day.

        Args:
            store: The store's id.
            day: `YYYY-MM-DD`, by the store's calendar; None: today.
            statuses: Only orders that stand there; empty: all.

        Raises:
            UnusableInputError: There is no such store.
            CarteError: It is refused, or there is no answer.
        """
        known = self._ask(_STORE, {"store": store})["store"]
        if known is None:
            raise UnusableInputError(f"there is no store {store[:64]!r}", _FIND_STORE)
        zone = known["timeZone"]
        listed = day or datetime.now(UTC).astimezone(ZoneInfo(zone)).date().isoformat()
        variables = {"store": store, "day": listed, "status": statuses or None}
        found = self._ask(_LIST, variables, store=store)["storeOrders"]
        return Listed(listed, zone, found)

    def place(
        self, wanted: Mapping[str, Any], payer: Mapping[str, Any], operation_id: str | None
    ) -> dict[str, Any]:
        """Place an order for the price that a quote says, or return the one that was placed.

        Args:
            wanted: Store, lines and pickup, as in `QuoteInput`.
            payer: Payment and contact, as in `PlaceOrderInput`.
            operation_id: Names the order; None: a new one.

        Raises:
            CarteError: It is refused, or there is no answer; the hint says how to repeat it.
        """
        operation = operation_id or str(uuid.uuid4())
        known = self.find(order_id(operation)) if operation_id else None
        if known is not None:
            return known
        quoted = self._ask(_QUOTE, {"input": wanted})["quote"]
        _refuse(quoted["errors"], _hint(quoted["errors"], str(wanted["storeId"])))
        total = quoted["quote"]["total"]["amountMinor"]
        named = {"operationId": operation, "expectedTotalMinor": total}
        with _repeatable(operation):
            placed = self._ask(_PLACE, {"input": {**wanted, **payer, **named}})["placeOrder"]
        if placed["errors"]:
            # The first attempt may have placed it in a region that then gave no answer: what it
            # took there is what the second one was refused for.
            known = self.find(order_id(operation))
            if known is None:
                hint = _hint(placed["errors"], str(wanted["storeId"]))
                _refuse(placed["errors"], f"{hint}; {_AGAIN.format(operation)}")
        order: dict[str, Any] = known or placed["order"]
        return order

    def step(
        self,
        order: str,
        mutation: str,
        more: Mapping[str, Any] | None = None,
        *,
        staff: bool = True,
        operation_id: str | None,
    ) -> dict[str, Any]:
        """Record a step of an order by a mutation; return the order after it.

        Args:
            order: The order's id.
            mutation: Name of the mutation.
            more: Values of its input beside the ids; None: it has none.
            staff: Whether it needs a token of the order's store.
            operation_id: Names the step; None: a new one.

        Raises:
            CarteError: It is refused, or there is no answer; the hint says how to repeat it.
        """
        operation = operation_id or str(uuid.uuid4())
        kind = _INPUTS.get(mutation, "OrderStepInput" if more is None else "OrderRefusalInput")
        store = self.existing(order)["store"]["id"] if staff else None
        with _repeatable(operation):
            done = self._ask(
                f"mutation S($input: {kind}!) {{ {mutation}(input: $input) {{ order {{ {_ORDER} }} "
                f"{_ERRORS} }} }}",
                {"input": {"operationId": operation, "orderId": order, **(more or {})}},
                store=store,
            )[mutation]
        _refuse(done["errors"], f"`carte order show {order}` shows what became of the order so far")
        after: dict[str, Any] = done["order"]
        return after

    def _ask(
        self, text: str, variables: Mapping[str, Any], *, store: str | None = None
    ) -> dict[str, Any]:
        """Return the data of an answer.

        Args:
            text: The GraphQL document.
            variables: Its variables.
            store: The store that a staff token must be for; None: no token is sent.

        Raises:
            CarteError: The answer has errors; the first one's message.
        """
        token = self._staff(store) if store else None
        status, _, answer = send(
            self._url,
            {"query": text, "variables": dict(variables)},
            token=token,
            fails_over=self._edge,
            # An order's id is the guest's key to it, and addresses are logged.
            by_post=True,
        )
        return data_of(status, answer)

    def _staff(self, store: str) -> str:
        if self._token is not None:
            return self._token
        if not self._local:
            raise UnusableInputError(
                "this step needs a staff token", f"give --token with the role store:{store}:manager"
            )
        from localcloud.issuer import this_machines

        return this_machines().token([f"store:{store}:manager"])


@contextmanager
def _repeatable(operation: str) -> Iterator[None]:
    """Say how to repeat a mutation that got no answer."""
    try:
        yield
    except UnusableInputError:
        raise  # as it would again
    except CarteError as error:
        hint = f"{error.hint}; {_AGAIN.format(operation)}"
        raise CarteError(error.message, hint, detail=error.detail) from error


def _hint(errors: list[dict[str, Any]], store: str) -> str:
    """Return what to do about why an order cannot be placed, by the first error; else nothing."""
    if not errors:
        return ""
    kind, next_slot = errors[0]["__typename"], errors[0].get("nextSlot")
    if kind == "StoreClosedError" and next_slot is None:
        kind = "UnknownStoreError"  # there is nothing to wait for
    day = f', day: "{next_slot[:10]}"' if next_slot else ""
    return _HINTS.get(kind, "correct what the message names, and run it again").format(
        store=store, day=day
    )


def _refuse(errors: list[dict[str, Any]], hint: str) -> None:
    if errors:
        detail = "\n".join(f"{'.'.join(one['path'])}: {one['message']}" for one in errors)
        raise CarteError(str(errors[0]["message"]), hint, detail=detail if len(errors) > 1 else "")
