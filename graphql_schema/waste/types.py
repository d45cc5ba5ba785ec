"""GraphQL types of what a store threw away."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Self

import strawberry

from graphql_schema.cost.directives import sized
from graphql_schema.figures.days import MAX_SPAN
from graphql_schema.money import Money
from graphql_schema.stores.types import Store
from graphql_schema.stores.views import StoreView
from services.domain.documents import waste as document
from services.domain.waste import Wasted, WasteSum


@strawberry.enum(description="Why something was thrown away.")
class WasteReason(Enum):
    EXPIRED = strawberry.enum_value(
        document.WasteReason.EXPIRED, description="It was too old to be sold."
    )
    DAMAGED = strawberry.enum_value(
        document.WasteReason.DAMAGED, description="It was dropped, squashed or spoiled."
    )
    MISTAKE = strawberry.enum_value(
        document.WasteReason.MISTAKE, description="It was made by mistake, or came back."
    )
    OTHER = strawberry.enum_value(document.WasteReason.OTHER, description="Anything else.")


@strawberry.type(description="What was thrown away for one reason.")
class WasteByReason:
    reason: WasteReason = strawberry.field(description="Why.")
    pieces: int = strawberry.field(description="Pieces.")
    value: Money = strawberry.field(
        description="What the store's menu asked for them when they were recorded."
    )


@strawberry.type(description="What a store threw away on a day.")
class DayWaste:
    day: date = strawberry.field(description="The day by the store's calendar.")
    complete: bool = strawberry.field(
        description="Whether the figures have all records of the day. False: there are more than "
        "one request reads, or prices in another currency, which the values leave out."
    )
    pieces: int = strawberry.field(description="Pieces of all items.")
    value: Money = strawberry.field(
        description="What the store's menu asked for them when they were recorded."
    )
    reasons: list[WasteByReason] = strawberry.field(
        description="The same by reason; reasons without waste are not here.",
        directives=[sized(len(document.WasteReason))],
    )

    @classmethod
    def of(cls, day: date, found: WasteSum, currency: str, *, complete: bool) -> Self:
        """Return the GraphQL object of what was thrown away on a day."""
        return cls(
            day=day,
            complete=complete and not found.foreign,
            pieces=found.total.pieces,
            value=Money(amount_minor=found.total.value, currency=currency),
            reasons=_by_reason(found.reasons, currency),
        )


@strawberry.type(description="What a store threw away of an item.")
class ItemWaste:
    item_id: strawberry.ID = strawberry.field(description="The catalog item's id.")
    pieces: int = strawberry.field(description="Pieces.")
    value: Money = strawberry.field(
        description="What the store's menu asked for them when they were recorded."
    )
    reasons: list[WasteByReason] = strawberry.field(
        description="The same by reason; reasons without waste are not here.",
        directives=[sized(len(document.WasteReason))],
    )

    @classmethod
    def of(cls, item_id: str, found: WasteSum, currency: str) -> Self:
        """Return the GraphQL object of what was thrown away of an item."""
        return cls(
            item_id=strawberry.ID(item_id),
            pieces=found.total.pieces,
            value=Money(amount_minor=found.total.value, currency=currency),
            reasons=_by_reason(found.reasons, currency),
        )


@strawberry.type(description="What a store threw away on days that follow one another.")
class StoreWaste:
    store: StoreView = strawberry.field(graphql_type=Store, description="The store.")
    today: date = strawberry.field(description="Today by the store's calendar.")
    currency: str = strawberry.field(
        description="ISO 4217 code of all amounts: that of the store's market."
    )
    days: list[DayWaste] = strawberry.field(
        description="Each day from the first one on, also those without waste.",
        directives=[sized(MAX_SPAN)],
    )
    items: list[ItemWaste] = strawberry.field(
        description="What was thrown away on `days` by item, the highest value first.",
        directives=[sized(100)],
    )
    next_from: date | None = strawberry.field(
        description="The first day that one request did not read any more: ask again with it as "
        "`from`, and add up. Null: `days` has all that were asked for."
    )


def _by_reason(
    reasons: Mapping[document.WasteReason, Wasted], currency: str
) -> list[WasteByReason]:
    return [
        WasteByReason(
            reason=WasteReason(reason),
            pieces=reasons[reason].pieces,
            value=Money(amount_minor=reasons[reason].value, currency=currency),
        )
        for reason in document.WasteReason
        if reason in reasons
    ]
