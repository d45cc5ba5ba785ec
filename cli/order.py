"""Place an order, follow it, and take it through the store.

Everything goes over GraphQL through the edge, as any client's requests do. Steps of the store need
a staff token: for the local cloud one is signed here, elsewhere give `--token`.
"""

import sys
from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from cli.options import (
    DEFAULT_PORT,
    JsonOption,
    PortOption,
    StateDirOption,
    address,
    print_json,
)
from cli.order_requests import OrderRequests
from services.domain.errors import UnknownNameError
from services.domain.orders.identity import short_number

_EXAMPLES: Final = """\b
Examples:
  carte order place de-00001 glazed-ring:2 --name Ada --mail a@b.example
  carte order list de-00001
  carte order accept ORDER"""

app = typer.Typer(help=__doc__, no_args_is_help=True, rich_markup_mode=None, epilog=_EXAMPLES)

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
    wanted = {
        "storeId": store,
        "lines": [_line(one) for one in lines],
        **({"pickup": {"slotId": slot}} if slot else {}),
    }
    payer = {
        "payment": "CARD" if card else "AT_STORE",
        **({"paymentToken": card} if card else {}),
        "contact": {"name": name, **({"mail": mail} if mail else {})},
    }
    requests = OrderRequests.to(port, state_dir, region, url)
    _show(requests.place(wanted, payer, operation_id), as_json=as_json)


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
    """List a store's orders to be collected on a day, today unless --day says another one.

    The first 100 by when they were placed.
    """
    statuses = [_status(one) for one in status or ()]
    requests = OrderRequests.to(port, state_dir, region, url, token)
    listed = requests.listed(store, day, statuses)
    found = listed.found
    orders = [edge["node"] for edge in found["edges"]]
    if as_json:
        more = found["pageInfo"]["hasNextPage"]
        counted = {"totalCount": found["totalCount"], "more": more}
        print_json({"day": listed.day, "orders": orders, **counted})
        return
    for one in orders:
        print(
            f"{one['id']}  {short_number(one['id'])}  {one['status']:<10} "
            f"{_moment(one['pickupAt'], listed.time_zone)}  {_amount(one['total'])}"
        )
    only = f" with status {', '.join(statuses)}" if statuses else ""
    count = found["totalCount"]
    orders_of_it = f"{count or 'no'} order{'' if count == 1 else 's'}{only}"
    today = "on " if day else "today, "
    print(
        f"{orders_of_it} to be collected {today}{listed.day}; "
        "`--day YYYY-MM-DD` lists those of another day",
        file=sys.stderr,
    )
    if found["pageInfo"]["hasNextPage"]:
        print("... and more: `--status STATUS` lists the orders of one status", file=sys.stderr)


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
    _show(OrderRequests.to(port, state_dir, region, url).existing(order), as_json=as_json)


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
    requests = OrderRequests.to(port, state_dir, region, url, token)
    _show(requests.step(order, "acceptOrder", operation_id=operation_id), as_json=as_json)


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
    requests = OrderRequests.to(port, state_dir, region, url, token)
    more = {"approve": not refuse, "reason": reason}
    done = requests.step(order, "decideOrderReview", more, operation_id=operation_id)
    _show(done, as_json=as_json)


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
            help="How much, as a whole number of the currency's minor unit in digits 0 to 9, such "
            "as 150 for 1.50 EUR.",
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
    requests = OrderRequests.to(port, state_dir, region, url, token)
    more = {"amountMinor": amount, "reason": reason}
    done = requests.step(order, "refundOrder", more, operation_id=operation_id)
    _show(done, as_json=as_json)


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
    requests = OrderRequests.to(port, state_dir, region, url, token)
    done = requests.step(order, "rejectOrder", {"reason": reason}, operation_id=operation_id)
    _show(done, as_json=as_json)


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
    requests = OrderRequests.to(port, state_dir, region, url, token)
    _show(requests.step(order, "markOrderReady", operation_id=operation_id), as_json=as_json)


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
    requests = OrderRequests.to(port, state_dir, region, url, token)
    done = requests.step(order, "markOrderCollected", operation_id=operation_id)
    _show(done, as_json=as_json)


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
    requests = OrderRequests.to(port, state_dir, region, url)
    refusal = {"reason": reason}
    done = requests.step(order, "cancelOrder", refusal, staff=False, operation_id=operation_id)
    _show(done, as_json=as_json)


def _status(text: str) -> str:
    """Return the status that `--status` names, as GraphQL has it.

    Raises:
        UnknownNameError: There is none.
    """
    from services.domain.orders.state import Status

    known = [one.name for one in Status if one is not Status.UNKNOWN]
    if text.upper() not in known:
        raise UnknownNameError("status of orders", text, known)
    return text.upper()


def _moment(text: str, time_zone: str) -> str:
    """Return a time as it is at a store, with its day and zone."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return f"{datetime.fromisoformat(text).astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M %Z}"


def _in_words(status: str) -> str:
    from services.domain.orders.state import Status
    from services.domain.orders.wording import STATUS

    return STATUS.get(Status.__members__.get(status, Status.UNKNOWN), "")


def _line(text: str) -> dict[str, Any]:
    item, _, pieces = text.partition(":")
    if not item or not (pieces or "1").isdecimal():
        raise typer.BadParameter(f"{text!r} is not an item id, or an item id and pieces: ring:2")
    return {"itemId": item, "quantity": int(pieces or "1")}


def _show(order: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(order)
        return
    store = order["store"] or {"id": "", "name": "", "timeZone": "UTC"}
    print(f"order   {order['id']}")
    print(f"number  {short_number(order['id'])}")
    print(f"status  {order['status']}: {_in_words(order['status'])}")
    print(f"store   {store['id']} {store['name']}")
    print(f"pickup  {_moment(order['pickupAt'], store['timeZone'])}")
    payment = order["payment"]["state"].lower().replace("_", " ")
    print(f"total   {_amount(order['total'])}, payment: {payment}")
    if order["needsApproval"]:
        print("waits   for `carte order approve`: it is large")
    for line in order["lines"]:
        print(f"        {line['quantity']} x {line['itemId']}: {_amount(line['amount'])}")
    for event in order["events"]:
        outweighed = "" if event["holds"] else f"  (does not hold: {event['instead']})"
        why = f": {event['reason']}" if event["reason"] else ""
        print(f"  {event['at']}  {event['kind']:<10} {event['region']}{why}{outweighed}")


def _amount(money: Mapping[str, Any]) -> str:
    from services.domain.money import coded_amount

    return coded_amount(money["amountMinor"], money["currency"])
