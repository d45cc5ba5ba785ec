"""Stock Strawberry, Mangum and PynamoDB once more: stores, prices, sales and orders.

Each mutation is applied once: its operation is a row in the same transaction. No token is verified,
no history is kept, and an order has neither taxes nor limits: less than what carte does.
"""

import math
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import strawberry
from mangum import Mangum
from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite
from strawberry.asgi import GraphQL

from loadtests.bench.naive import stock
from loadtests.bench.naive.chain_table import (
    HOST,
    REGION,
    ItemRow,
    OperationRow,
    OrderRow,
    SlotRow,
    StoreRow,
)
from loadtests.bench.naive.stock import Address, Market, Money

_ATTEMPTS = 5
_IN_A_SLOT = 20
_EARTH_KM = 6371.0
_MARKETS = ("us", "ca", "gb", "ie", "fr", "de", "es", "it", "nl", "be", "jp", "sg", "au", "nz")

_CONNECTION = Connection(region=REGION, host=HOST)

T = TypeVar("T")


@strawberry.type
class ListedStore:
    """A store in a list."""

    id: strawberry.ID
    name: str
    market: Market
    address: Address


@strawberry.type
class StoreEdge:
    """A store on a page."""

    node: ListedStore


@strawberry.type
class StoreConnection:
    """A page of stores."""

    edges: list[StoreEdge]


@strawberry.type
class NearbyStore:
    """A store and how far it is away."""

    distance_km: float
    store: ListedStore


@strawberry.type
class ReplicationLag:
    """How far a region is behind."""

    region: str
    seconds: float | None


@strawberry.type
class Region:
    """The region that answers."""

    name: str
    version: str
    replication_lag: list[ReplicationLag]


@strawberry.type
class Refusal:
    """Why a mutation was refused."""

    message: str


@strawberry.type
class PricedLine:
    """An item with its price."""

    item_id: strawberry.ID
    price: Money


@strawberry.type
class StockLevel:
    """What is left of an item."""

    item_id: strawberry.ID
    left: int | None
    availability: stock.Availability


@strawberry.type
class UpdateAssortmentPayload:
    """What became of updateAssortment."""

    lines: list[PricedLine]
    errors: list[Refusal]


@strawberry.type
class RecordSalePayload:
    """What became of recordSale."""

    stock: list[StockLevel]
    errors: list[Refusal]


@strawberry.type
class Order:
    """An order."""

    id: strawberry.ID
    status: str
    pickup_at: datetime
    total: Money


@strawberry.type
class PlaceOrderPayload:
    """What became of placeOrder."""

    order: Order | None
    errors: list[Refusal]


@strawberry.input
class AssortmentLineInput:
    """An item's price."""

    item_id: strawberry.ID
    price_minor: int


@strawberry.input
class UpdateAssortmentInput:
    """Prices to set."""

    operation_id: strawberry.ID
    store_id: strawberry.ID
    lines: list[AssortmentLineInput]


@strawberry.input
class SaleLineInput:
    """Pieces of an item."""

    item_id: strawberry.ID
    pieces: int


@strawberry.input
class RecordSaleInput:
    """A sale."""

    operation_id: strawberry.ID
    store_id: strawberry.ID
    lines: list[SaleLineInput]


@strawberry.input
class OrderLineInput:
    """Pieces of an item."""

    item_id: strawberry.ID
    quantity: int


@strawberry.input
class ContactInput:
    """Who collects an order."""

    name: str
    mail: str | None = None


@strawberry.input
class PickupInput:
    """When an order is collected."""

    slot_id: strawberry.ID


@strawberry.input
class PlaceOrderInput:
    """An order."""

    operation_id: strawberry.ID
    store_id: strawberry.ID
    lines: list[OrderLineInput]
    contact: ContactInput
    payment: str
    expected_total_minor: int
    pickup: PickupInput


class RefusedError(Exception):
    """An expected failure of a mutation."""


def _listed(row: StoreRow) -> ListedStore:
    market = row.pk.removeprefix("MARKET#")
    return ListedStore(
        id=strawberry.ID(row.sk),
        name=row.name,
        market=Market(id=strawberry.ID(market), country=market.upper(), currency="", locale=""),
        address=Address(
            street=row.street,
            city=row.city,
            state=row.state,
            postal_code=row.postal_code,
            country=row.country,
        ),
    )


def _distance_km(row: StoreRow, latitude: float, longitude: float) -> float:
    here, there = math.radians(latitude), math.radians(row.latitude)
    east = math.radians(row.longitude - longitude)
    half = math.sin((there - here) / 2) ** 2
    half += math.cos(here) * math.cos(there) * math.sin(east / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))


def _transaction() -> TransactWrite:
    return TransactWrite(connection=_CONNECTION)


def _retried(attempt: Callable[[], T]) -> T:
    for _ in range(_ATTEMPTS - 1):
        try:
            return attempt()
        except TransactWriteError:
            continue
    return attempt()


def _item_rows(store_id: str, item_ids: Sequence[str]) -> dict[str, ItemRow]:
    found = ItemRow.batch_get([(f"SHELF#{store_id}", item) for item in item_ids])
    rows = {row.sk: row for row in found}
    for item in item_ids:
        if item not in rows:
            raise RefusedError(f"there is no item {item}")
    return rows


def _applied(transaction: TransactWrite, operation_id: str, answer: object) -> None:
    row = OperationRow(f"OP#{operation_id}", answer=answer)
    transaction.save(row, condition=OperationRow.pk.does_not_exist())


@strawberry.type
class Query(stock.Query):
    """The query."""

    @strawberry.field
    def markets(self) -> list[Market]:
        """All markets."""
        return [
            Market(id=strawberry.ID(one), country=one.upper(), currency="USD", locale="en")
            for one in _MARKETS
        ]

    @strawberry.field
    def region(self) -> Region:
        """The region that answers."""
        return Region(name=REGION, version="bench", replication_lag=[])

    @strawberry.field
    def stores(
        self, market: strawberry.ID, first: int = 20, after: str | None = None
    ) -> StoreConnection:
        """A page of a market's stores."""
        later = StoreRow.sk > after if after else None
        rows = StoreRow.query(f"MARKET#{market}", later, limit=first)
        return StoreConnection(edges=[StoreEdge(node=_listed(row)) for row in rows])

    @strawberry.field
    def stores_near(
        self, latitude: float, longitude: float, radius_km: float = 25, first: int = 20
    ) -> list[NearbyStore]:
        """The stores around a point."""
        found = [
            (_distance_km(row, latitude, longitude), row) for row in StoreRow.query("MARKET#us")
        ]
        near = sorted((one for one in found if one[0] <= radius_km), key=lambda one: one[0])
        return [NearbyStore(distance_km=km, store=_listed(row)) for km, row in near[:first]]


@strawberry.type
class Mutation:
    """The mutations."""

    @strawberry.mutation
    def update_assortment(
        self,
        input: UpdateAssortmentInput,  # noqa: A002 - as in carte's schema
    ) -> UpdateAssortmentPayload:
        """Set prices."""

        def attempt() -> list[PricedLine]:
            rows = _item_rows(input.store_id, [str(line.item_id) for line in input.lines])
            with _transaction() as transaction:
                answer = [[str(line.item_id), line.price_minor] for line in input.lines]
                _applied(transaction, input.operation_id, answer)
                for line in input.lines:
                    row = rows[str(line.item_id)]
                    row.price_minor = line.price_minor
                    transaction.save(row)
            return [
                PricedLine(
                    item_id=strawberry.ID(row.sk),
                    price=Money(amount_minor=int(row.price_minor), currency=row.currency),
                )
                for row in rows.values()
            ]

        try:
            return UpdateAssortmentPayload(lines=_retried(attempt), errors=[])
        except RefusedError as refused:
            return UpdateAssortmentPayload(lines=[], errors=[Refusal(message=str(refused))])

    @strawberry.mutation
    def record_sale(self, input: RecordSaleInput) -> RecordSalePayload:  # noqa: A002
        """Record a sale."""

        def attempt() -> list[StockLevel]:
            rows = _item_rows(input.store_id, [str(line.item_id) for line in input.lines])
            with _transaction() as transaction:
                answer = [[str(line.item_id), line.pieces] for line in input.lines]
                _applied(transaction, input.operation_id, answer)
                for line in input.lines:
                    row = rows[str(line.item_id)]
                    row.pieces -= line.pieces
                    transaction.save(row)
            return [
                StockLevel(
                    item_id=strawberry.ID(row.sk),
                    left=int(row.pieces),
                    availability=stock.Availability.AVAILABLE,
                )
                for row in rows.values()
            ]

        try:
            return RecordSalePayload(stock=_retried(attempt), errors=[])
        except RefusedError as refused:
            return RecordSalePayload(stock=[], errors=[Refusal(message=str(refused))])

    @strawberry.mutation
    def place_order(self, input: PlaceOrderInput) -> PlaceOrderPayload:  # noqa: A002
        """Place an order."""
        try:
            return PlaceOrderPayload(order=_retried(lambda: _placed(input)), errors=[])
        except RefusedError as refused:
            return PlaceOrderPayload(order=None, errors=[Refusal(message=str(refused))])


def _placed(order: PlaceOrderInput) -> Order:
    rows = _item_rows(order.store_id, [str(line.item_id) for line in order.lines])
    slot = _slot(order.store_id, str(order.pickup.slot_id))
    pickup_at = datetime.fromtimestamp(int(order.pickup.slot_id), UTC)
    order_id = uuid.uuid4().hex
    total = 0
    with _transaction() as transaction:
        for line in order.lines:
            row = rows[str(line.item_id)]
            if row.pieces < line.quantity:
                raise RefusedError(f"{line.item_id} is sold out")
            row.pieces -= line.quantity
            total += int(row.price_minor) * line.quantity
            transaction.save(row)
        slot.taken += 1
        transaction.save(slot)
        _applied(transaction, order.operation_id, order_id)
        placed = OrderRow(
            f"ORDER#{order_id}",
            store_id=order.store_id,
            status="PLACED",
            pickup_at=pickup_at.isoformat(),
            total_minor=total,
            currency="USD",
            lines=[[line.item_id, line.quantity] for line in order.lines],
            contact={"name": order.contact.name, "mail": order.contact.mail},
        )
        transaction.save(placed, condition=OrderRow.pk.does_not_exist())
    return Order(
        id=strawberry.ID(order_id),
        status="PLACED",
        pickup_at=pickup_at,
        total=Money(amount_minor=total, currency="USD"),
    )


def _slot(store_id: str, slot_id: str) -> SlotRow:
    try:
        slot = SlotRow.get(f"SLOT#{store_id}", slot_id)
    except SlotRow.DoesNotExist:
        return SlotRow(f"SLOT#{store_id}", slot_id, taken=0)
    if slot.taken >= _IN_A_SLOT:
        raise RefusedError("the slot is full")
    return slot


schema = strawberry.Schema(Query, Mutation)
handler = Mangum(GraphQL(schema), lifespan="off")
