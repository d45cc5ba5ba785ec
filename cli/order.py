"""Place an order, follow it, and take it through the store.

Everything goes over GraphQL through the edge, as any client's requests do. Steps of the store need
a staff token: for the local cloud one is signed here, elsewhere give `--token`.
"""

import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

from cli.options import (
    DEFAULT_PORT,
    JsonOption,
    PortOption,
    StateDirOption,
    address,
    print_json,
    the_cloud,
)
from cli.sending import send
from services.domain.errors import CarteError
from services.domain.orders.identity import order_id

_EXAMPLES: Final = """\b
Examples:
  carte order place de-00001 glazed-ring:2 --name Ada --mail a@b.example
  carte order list de-00001
  carte order accept ORDER"""

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None, epilog=_EXAMPLES)

_MONEY: Final = "{ amountMinor currency }"
_ORDER: Final = (
    f"id status pickupAt acceptBy needsApproval total {_MONEY} store {{ id name }} "
    f"lines {{ itemId quantity amount {_MONEY} }} payment {{ state }} "
    "events { kind at region reason holds instead }"
)
_ERRORS: Final = "errors { __typename message path }"
_INPUTS: Final = {
    "decideOrderReview": "DecideOrderReviewInput",
    "refundOrder": "RefundOrderInput",
}
_BAD_STATUS: Final = 400
_AGAIN: Final = (
    "what became of it is shown, or done once, by the same command with --operation-id {}"
)
_FIND: Final = f"query O($id: ID!) {{ order(id: $id) {{ {_ORDER} }} }}"

OrderArgument = Annotated[
    str, typer.Argument(metavar="ORDER", help="Id of the order, as `carte order place` prints it.")
]
StoreArgument = Annotated[str, typer.Argument(metavar="STORE", help="Id of the store.")]
RegionOption = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="REGION",
        help="Send it to the API of this region, such as eu-west-1.",
        show_default="the edge",
    ),
]
UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url",
        callback=address,
        metavar="URL",
        help="Send it to this site instead of the local cloud.",
    ),
]
TokenOption = Annotated[
    str | None,
    typer.Option(
        "--token",
        metavar="TOKEN",
        help="Staff token to send.",
        show_default="local cloud: one is signed for the order's store",
    ),
]
ReasonOption = Annotated[
    str | None,
    typer.Option(
        "--reason", metavar="TEXT", help="Why, without personal data: it is kept for ever."
    ),
]

OperationOption = Annotated[
    str | None,
    typer.Option(
        "--operation-id",
        metavar="ID",
        help="Names the step: sending one again, to any region, has its effect once.",
        show_default="a new one",
    ),
]


class _Api:
    """Where requests go, and the token that they carry."""

    def __init__(self, url: str, *, local: bool, edge: bool, token: str | None) -> None:
        self._url = url
        self._local = local
        self._edge = edge
        self._token = token

    def ask(
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
        errors = answer.get("errors") if isinstance(answer, dict) else None
        if status >= _BAD_STATUS or errors or not isinstance(answer, dict):
            message = errors[0].get("message") if errors else f"the API answers {status}"
            raise CarteError(str(message), "`carte query` shows the whole answer")
        data: dict[str, Any] = answer["data"]
        return data

    def find(self, order: str) -> dict[str, Any] | None:
        """Return an order; None where the region that answers has none."""
        found: dict[str, Any] | None = self.ask(_FIND, {"id": order})["order"]
        return found

    def _staff(self, store: str) -> str:
        if self._token is not None:
            return self._token
        if not self._local:
            raise CarteError(
                "this step needs a staff token", f"give --token with the role store:{store}:manager"
            )
        from localcloud.issuer import this_machines

        return this_machines().token([f"store:{store}:manager"])


def _api(
    port: int, state_dir: Any, region: str | None, url: str | None, token: str | None = None
) -> _Api:
    if region is not None and url is not None:
        raise typer.BadParameter("choose one of --region and --url")
    if url is not None:
        return _Api(url, local=False, edge=True, token=token)
    layout = the_cloud(port, state_dir)
    api_url = layout.region(region).api_url if region else layout.edge_url
    return _Api(api_url, local=True, edge=region is None, token=token)


@app.command(
    epilog="\b\nExample:\n  carte order place de-00001 glazed-ring:2 --name Ada --mail a@b.example"
)
def place(
    store: StoreArgument,
    lines: Annotated[
        list[str],
        typer.Argument(metavar="ITEM[:PIECES]...", help="Item ids, each with a number of pieces."),
    ],
    *,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Who collects it.")],
    mail: Annotated[
        str | None, typer.Option("--mail", metavar="ADDRESS", help="Where notices are mailed to.")
    ] = None,
    card: Annotated[
        str | None,
        typer.Option(
            "--card",
            metavar="TOKEN",
            help="Pay by the card of this token of the payment provider, such as pm_card_visa.",
            show_default="paid at the store",
        ),
    ] = None,
    slot: Annotated[
        str | None,
        typer.Option(
            "--slot",
            metavar="SLOT",
            help="Id of a pickup slot, as the query pickupSlots has them.",
            show_default="as soon as possible",
        ),
    ] = None,
    operation_id: Annotated[
        str | None,
        typer.Option(
            "--operation-id",
            metavar="ID",
            help="Names the order (a UUID): sending one again, to any region, places no second "
            "order.",
            show_default="a new one",
        ),
    ] = None,
    region: RegionOption = None,
    url: UrlOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Place an order for pickup.

    Its price is asked for first, and the order is placed for that price. An order that an earlier
    attempt with the same --operation-id placed is shown.
    """
    api = _api(port, state_dir, region, url)
    operation = operation_id or str(uuid.uuid4())
    known = api.find(order_id(operation)) if operation_id else None
    if known is not None:
        _show(known, as_json=as_json)
        return
    asked = {
        "storeId": store,
        "lines": [_line(one) for one in lines],
        **({"pickup": {"slotId": slot}} if slot else {}),
    }
    quoted = api.ask(
        f"query Q($input: QuoteInput!) {{ quote(input: $input) {{ quote {{ total {_MONEY} }} "
        f"{_ERRORS} }} }}",
        {"input": asked},
    )["quote"]
    _refuse(quoted["errors"], "`carte query '{ menu(storeId: ...) ... }'` shows what is sold there")
    with _repeatable(operation):
        placed = api.ask(
            f"mutation P($input: PlaceOrderInput!) {{ placeOrder(input: $input) {{ "
            f"order {{ {_ORDER} }} {_ERRORS} }} }}",
            {
                "input": {
                    **asked,
                    "operationId": operation,
                    "payment": "CARD" if card else "AT_STORE",
                    **({"paymentToken": card} if card else {}),
                    "contact": {"name": name, **({"mail": mail} if mail else {})},
                    "expectedTotalMinor": quoted["quote"]["total"]["amountMinor"],
                }
            },
        )["placeOrder"]
    if placed["errors"]:
        # The first attempt may have placed it in a region that then gave no answer: what it took
        # there is what the second one was refused for.
        known = api.find(order_id(operation))
        if known is None:
            _refuse(placed["errors"], _AGAIN.format(operation))
    _show(known or placed["order"], as_json=as_json)


@app.command("list", epilog="\b\nExample:\n  carte order list de-00001 --status PLACED")
def list_orders(
    store: StoreArgument,
    *,
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status", metavar="STATUS", help="Only orders that stand there; repeatable."
        ),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option(
            "--day",
            metavar="YYYY-MM-DD",
            help="Day of the pickup by the store's calendar.",
            show_default="today",
        ),
    ] = None,
    region: RegionOption = None,
    url: UrlOption = None,
    token: TokenOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """List a store's orders of a day, the first 100 by when they were placed."""
    found = _api(port, state_dir, region, url, token).ask(
        "query L($store: ID!, $day: Date, $status: [OrderStatus!]) { storeOrders("
        f"storeId: $store, day: $day, status: $status, first: 100) {{ edges {{ node {{ {_BRIEF} }}"
        " } totalCount pageInfo { hasNextPage } } }",
        {"store": store, "day": day, "status": [one.upper() for one in status or ()] or None},
        store=store,
    )["storeOrders"]
    orders = [edge["node"] for edge in found["edges"]]
    if as_json:
        more = found["pageInfo"]["hasNextPage"]
        print_json({"orders": orders, "totalCount": found["totalCount"], "more": more})
        return
    for one in orders:
        print(f"{one['id']}  {one['status']:<10} {one['pickupAt']}  {_amount(one['total'])}")
    if not orders:
        print("no orders")
    if found["pageInfo"]["hasNextPage"]:
        print("... and more: `--status STATUS` lists the orders of one status", file=sys.stderr)


_BRIEF: Final = f"id status placedAt pickupAt total {_MONEY}"


@app.command(epilog="\b\nExample:\n  carte order show ORDER")
def show(
    order: OrderArgument,
    *,
    region: RegionOption = None,
    url: UrlOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an order and what happened to it."""
    _show(_order(_api(port, state_dir, region, url), order), as_json=as_json)


@app.command(epilog="\b\nExample:\n  carte order accept ORDER")
def accept(
    order: OrderArgument,
    *,
    operation_id: OperationOption = None,
    region: RegionOption = None,
    url: UrlOption = None,
    token: TokenOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Accept an order: the store makes it."""
    _step(
        _api(port, state_dir, region, url, token),
        order,
        "acceptOrder",
        operation_id=operation_id,
        as_json=as_json,
    )


@app.command(epilog="\b\nExample:\n  carte order approve ORDER")
def approve(
    order: OrderArgument,
    *,
    refuse: Annotated[
        bool, typer.Option("--refuse", help="Do not let it pass: the order is rejected.")
    ] = False,
    reason: ReasonOption = None,
    operation_id: OperationOption = None,
    region: RegionOption = None,
    url: UrlOption = None,
    token: TokenOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a large order pass, or refuse it; the store can accept it afterwards."""
    api = _api(port, state_dir, region, url, token)
    more = {"approve": not refuse, "reason": reason}
    _step(api, order, "decideOrderReview", more, operation_id=operation_id, as_json=as_json)


@app.command(epilog="\b\nExample:\n  carte order refund ORDER --amount 150")
def refund(
    order: OrderArgument,
    *,
    amount: Annotated[
        int | None,
        typer.Option(
            "--amount",
            min=1,
            metavar="MINOR",
            help="How much, in the currency's minor unit, such as cents.",
            show_default="all that is left",
        ),
    ] = None,
    reason: ReasonOption = None,
    operation_id: OperationOption = None,
    region: RegionOption = None,
    url: UrlOption = None,
    token: TokenOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give money of a charged order back."""
    api = _api(port, state_dir, region, url, token)
    more = {"amountMinor": amount, "reason": reason}
    _step(api, order, "refundOrder", more, operation_id=operation_id, as_json=as_json)


@app.command(epilog="\b\nExample:\n  carte order reject ORDER --reason 'the oven is broken'")
def reject(
    order: OrderArgument,
    *,
    reason: ReasonOption = None,
    operation_id: OperationOption = None,
    region: RegionOption = None,
    url: UrlOption = None,
    token: TokenOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Reject an order: the store does not make it."""
    api = _api(port, state_dir, region, url, token)
    _step(api, order, "rejectOrder", {"reason": reason}, operation_id=operation_id, as_json=as_json)


@app.command(epilog="\b\nExample:\n  carte order ready ORDER")
def ready(
    order: OrderArgument,
    *,
    operation_id: OperationOption = None,
    region: RegionOption = None,
    url: UrlOption = None,
    token: TokenOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mark an order as ready: it can be collected."""
    _step(
        _api(port, state_dir, region, url, token),
        order,
        "markOrderReady",
        operation_id=operation_id,
        as_json=as_json,
    )


@app.command(epilog="\b\nExample:\n  carte order collect ORDER")
def collect(
    order: OrderArgument,
    *,
    operation_id: OperationOption = None,
    region: RegionOption = None,
    url: UrlOption = None,
    token: TokenOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Mark an order as collected: the guest has it."""
    api = _api(port, state_dir, region, url, token)
    _step(api, order, "markOrderCollected", operation_id=operation_id, as_json=as_json)


@app.command(epilog="\b\nExample:\n  carte order cancel ORDER")
def cancel(
    order: OrderArgument,
    *,
    reason: ReasonOption = None,
    operation_id: OperationOption = None,
    region: RegionOption = None,
    url: UrlOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cancel an order, as the guest does; no token is needed."""
    api = _api(port, state_dir, region, url)
    _step(
        api,
        order,
        "cancelOrder",
        {"reason": reason},
        staff=False,
        operation_id=operation_id,
        as_json=as_json,
    )


def _step(
    api: _Api,
    order: str,
    mutation: str,
    more: Mapping[str, Any] | None = None,
    *,
    staff: bool = True,
    operation_id: str | None,
    as_json: bool,
) -> None:
    operation = operation_id or str(uuid.uuid4())
    kind = _INPUTS.get(mutation, "OrderStepInput" if more is None else "OrderRefusalInput")
    store = _order(api, order)["store"]["id"] if staff else None
    with _repeatable(operation):
        done = api.ask(
            f"mutation S($input: {kind}!) {{ {mutation}(input: $input) {{ order {{ {_ORDER} }} "
            f"{_ERRORS} }} }}",
            {"input": {"operationId": operation, "orderId": order, **(more or {})}},
            store=store,
        )[mutation]
    _refuse(done["errors"], f"`carte order show {order}` shows what became of the order so far")
    _show(done["order"], as_json=as_json)


def _order(api: _Api, order: str) -> dict[str, Any]:
    found = api.find(order)
    if found is None or found["store"] is None:
        raise CarteError(
            f"there is no order {order[:40]!r} in the region that answers",
            "copy its id from `carte order place` or `carte order list`; a new order reaches "
            "other regions within a second",
        )
    return found


def _line(text: str) -> dict[str, Any]:
    item, _, pieces = text.partition(":")
    if not item or not (pieces or "1").isdecimal():
        raise typer.BadParameter(f"{text!r} is not an item id, or an item id and pieces: ring:2")
    return {"itemId": item, "quantity": int(pieces or "1")}


@contextmanager
def _repeatable(operation: str) -> Iterator[None]:
    """Say how to repeat a mutation that got no answer."""
    try:
        yield
    except CarteError as error:
        hint = f"{error.hint}; {_AGAIN.format(operation)}"
        raise CarteError(error.message, hint, detail=error.detail) from error


def _refuse(errors: list[dict[str, Any]], hint: str) -> None:
    if errors:
        detail = "\n".join(f"{'.'.join(one['path'])}: {one['message']}" for one in errors)
        raise CarteError(str(errors[0]["message"]), hint, detail=detail if len(errors) > 1 else "")


def _show(order: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(order)
        return
    store = order["store"] or {"id": "", "name": ""}
    print(f"order   {order['id']}")
    print(f"status  {order['status']}")
    print(f"store   {store['id']} {store['name']}")
    print(f"pickup  {order['pickupAt']}")
    print(f"total   {_amount(order['total'])}, payment: {order['payment']['state']}")
    if order["needsApproval"]:
        print("waits   for `carte order approve`: it is large")
    for line in order["lines"]:
        print(f"        {line['quantity']} x {line['itemId']}: {_amount(line['amount'])}")
    for event in order["events"]:
        outweighed = "" if event["holds"] else f"  (does not hold: {event['instead']})"
        why = f": {event['reason']}" if event["reason"] else ""
        print(f"  {event['at']}  {event['kind']:<10} {event['region']}{why}{outweighed}")


def _amount(money: Mapping[str, Any]) -> str:
    from services.domain.orders.notices import amount

    return amount(money["amountMinor"], money["currency"])
