"""GraphQL types of the figures of a store: its orders by outcome, what they brought, items sold."""

from datetime import date
from typing import Self

import strawberry

from graphql_schema.cost.directives import sized
from graphql_schema.figures.days import MAX_SPAN
from graphql_schema.money import Money
from graphql_schema.stores.types import Store
from graphql_schema.stores.views import StoreView
from services.domain.orders import figures
from services.domain.orders.figures import Outcome


@strawberry.type(
    description="How many orders of a day stand where. Each order is in `placed` and in one other."
)
class OrderCounts:
    placed: int = strawberry.field(description="All orders, whatever became of them.")
    waiting: int = strawberry.field(
        description="The store has not answered them: PLACED, AUTHORIZED or DECLINED."
    )
    in_work: int = strawberry.field(
        description="The store makes or has made them, and nobody has collected them: ACCEPTED or "
        "READY."
    )
    collected: int = strawberry.field(
        description="Guests have them, and not all money was given back."
    )
    cancelled: int = strawberry.field(description="Guests took them back.")
    rejected: int = strawberry.field(description="The store refused them.")
    expired: int = strawberry.field(description="They were not accepted in time.")
    refunded: int = strawberry.field(
        description="Staff gave back all money of them, whether or not guests collected them."
    )


@strawberry.type(
    description="The figures of a store on a day: of the orders that were to be collected then, "
    "as they stand now. Sales at tills are not among them: carte knows their pieces alone."
)
class DayFigures:
    day: date = strawberry.field(description="The day by the store's calendar.")
    complete: bool = strawberry.field(
        description="Whether the figures are of all orders of the day. False: there are more than "
        "one request reads, or orders in another currency, which the amounts leave out."
    )
    orders: OrderCounts = strawberry.field(description="How many orders stand where.")
    revenue: Money = strawberry.field(
        description="Totals of the orders that guests collected, tax included, before refunds."
    )
    tax: Money = strawberry.field(description="The part of `revenue` that is tax.")
    charged: Money = strawberry.field(
        description="The part of `revenue` that was taken by card; the rest is paid at the store."
    )
    refunded: Money = strawberry.field(
        description="What staff gave back of `revenue` by card, whenever they did."
    )
    other_refunds: Money = strawberry.field(
        description="What staff gave back by card of orders that nobody collected; they are not in "
        "`revenue`."
    )
    expected: Money = strawberry.field(
        description="Totals of the orders that wait or are in work, tax included."
    )

    @classmethod
    def of(cls, day: figures.DayFigures, currency: str, *, complete: bool) -> Self:
        """Return the GraphQL object of the figures of a day."""
        counts, amounts = day.outcomes, day.amounts

        def money(amount: int) -> Money:
            return Money(amount_minor=amount, currency=currency)

        return cls(
            day=day.day,
            complete=complete and not day.foreign,
            orders=OrderCounts(
                placed=day.placed,
                waiting=counts.get(Outcome.WAITING, 0),
                in_work=counts.get(Outcome.IN_WORK, 0),
                collected=counts.get(Outcome.COLLECTED, 0),
                cancelled=counts.get(Outcome.CANCELLED, 0),
                rejected=counts.get(Outcome.REJECTED, 0),
                expired=counts.get(Outcome.EXPIRED, 0),
                refunded=counts.get(Outcome.REFUNDED, 0),
            ),
            revenue=money(amounts.revenue),
            tax=money(amounts.tax),
            charged=money(amounts.charged),
            refunded=money(amounts.refunded),
            other_refunds=money(amounts.other_refunds),
            expected=money(amounts.expected),
        )


@strawberry.type(description="What a store sold of an item by orders that guests collected.")
class ItemFigures:
    item_id: strawberry.ID = strawberry.field(description="The catalog item's id.")
    pieces: int = strawberry.field(description="Pieces.")
    revenue: Money = strawberry.field(
        description="What guests paid for them, tax included, before refunds: those are of orders, "
        "not of items."
    )
    tax: Money = strawberry.field(description="The part of `revenue` that is tax.")

    @classmethod
    def of(cls, item: figures.ItemFigures, currency: str) -> Self:
        """Return the GraphQL object of the figures of an item."""
        return cls(
            item_id=strawberry.ID(item.item_id),
            pieces=item.pieces,
            revenue=Money(amount_minor=item.revenue, currency=currency),
            tax=Money(amount_minor=item.tax, currency=currency),
        )


@strawberry.type(description="The figures of a store on days that follow one another.")
class StoreFigures:
    store: StoreView = strawberry.field(graphql_type=Store, description="The store.")
    today: date = strawberry.field(description="Today by the store's calendar.")
    currency: str = strawberry.field(
        description="ISO 4217 code of all amounts: that of the store's market."
    )
    days: list[DayFigures] = strawberry.field(
        description="Each day from the first one on, also those without orders.",
        directives=[sized(MAX_SPAN)],
    )
    items: list[ItemFigures] = strawberry.field(
        description="The items sold on `days`, the highest revenue first.",
        directives=[sized(100)],
    )
    next_from: date | None = strawberry.field(
        description="The first day that one request did not read any more: ask again with it as "
        "`from`, and add up. Null: `days` has all that were asked for."
    )
