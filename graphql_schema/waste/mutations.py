"""recordWaste and takeBackWaste: what a store throws away, and a mistake in recording it."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from graphql_schema.access import for_store
from graphql_schema.context import Context
from graphql_schema.info import Info
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import InvalidValueError, MutationError
from graphql_schema.mutations.running import (
    RefusedError,
    StoreBeside,
    check_items,
    check_lines,
    check_operation_id,
    expected_failures,
    refusing_fields,
    run,
)
from graphql_schema.stock.types import StockLevel
from graphql_schema.waste.types import WasteReason
from services.domain.documents import waste
from services.domain.documents.catalog import CatalogVersion
from services.domain.documents.journal import RECORD_WASTE, TAKE_BACK_WASTE
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.hours import day_in
from services.domain.markets import MARKETS
from services.domain.people.policy import Permission
from services.domain.stamp import Stamp
from services.domain.stock_edits import sell
from services.domain.validation import MAX_SOLD
from services.domain.waste import MAX_AGE_DAYS, check_day
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import Edited

if TYPE_CHECKING:
    from services.storage.waste import WasteSpan


@strawberry.input(description="How many pieces of an item were thrown away.")
class WasteLineInput:
    item_id: strawberry.ID = strawberry.field(description="An item of the market's catalog.")
    pieces: int = strawberry.field(description=f"Pieces thrown away, 1 to {MAX_SOLD}.")


@strawberry.input(description="Records what was thrown away, for one reason.")
class RecordWasteInput:
    operation_id: strawberry.ID = fields.operation_id(unit="time that something is thrown away")
    store_id: strawberry.ID = fields.store_id()
    day: date = strawberry.field(
        description="The day by the store's calendar on which it was thrown away: today, or one of "
        f"the {MAX_AGE_DAYS} days before."
    )
    reason: WasteReason = strawberry.field(description="Why it was thrown away.")
    lines: list[WasteLineInput] = fields.lines()


@strawberry.type(description="What became of recordWaste.")
class RecordWastePayload:
    stock: list[StockLevel] = fields.payload_lines(
        "The items thrown away, as they were right after; empty on errors."
    )
    errors: list[MutationError] = fields.errors()


@strawberry.input(description="Takes a record of waste back that was a mistake.")
class TakeBackWasteInput:
    operation_id: strawberry.ID = fields.operation_id()
    store_id: strawberry.ID = fields.store_id()
    day: date = strawberry.field(description="The `day` of recordWaste.")
    waste_id: strawberry.ID = strawberry.field(description="The `operationId` of recordWaste.")


@strawberry.type(description="What became of takeBackWaste.")
class TakeBackWastePayload:
    stock: list[StockLevel] = fields.payload_lines(
        "The items of the record, as they were right after; empty on errors."
    )
    errors: list[MutationError] = fields.errors()


RecordWaste = Annotated[
    RecordWasteInput, strawberry.argument(description="What was thrown away, where, and why.")
]
TakeBackWaste = Annotated[
    TakeBackWasteInput, strawberry.argument(description="Which record was a mistake.")
]


def record_waste(info: Info, input: RecordWaste) -> RecordWastePayload:  # noqa: A002
    """Lower what is left as a sale does, and keep a record for the figures."""
    context = info.context
    principal = for_store(context, Permission.RECORD_WASTE, input.store_id)
    errors: list[MutationError] = []
    levels: list[StockLevel] = []
    with expected_failures(errors):
        wasted = {str(line.item_id): line.pieces for line in input.lines}
        reason = waste.WasteReason[input.reason.name]
        store = StoreBeside(input.store_id)

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            ids = [str(line.item_id) for line in input.lines]
            check_lines("lines", ids)
            profile = store.profile()
            catalog = context.services.catalogs.current(profile["market"])
            check_items("lines", ids, catalog)
            _check_day(context, profile, input.day)
            before = current if isinstance(current, Stock) else None
            with refusing_fields(lambda item: ["lines", str(ids.index(item)), "pieces"]):
                stock = sell(before, input.store_id, wasted, stamp.region)
            record = waste.WasteRecord(
                input.day,
                input.operation_id,
                stamp.region,
                reason,
                _priced(context, input.store_id, catalog, wasted),
                MARKETS[profile["market"]].currency,
                principal.subject,
            )
            day = input.day.isoformat()
            key = keys.waste(input.store_id, day, input.operation_id, stamp.region)
            return Edited(
                stock,
                _levels(stock, ids),
                sold=wasted,
                creates={key: record.dump()},
                expire=stamp.unix_ms // 1000 + waste.RETENTION_S,
            )

        answer = run(
            context,
            principal,
            operation_id=input.operation_id,
            action=RECORD_WASTE,
            document=keys.stock(input.store_id),
            mutation_input={
                "day": input.day.isoformat(),
                "reason": reason.value,
                "lines": wasted,
            },
            edit=edit,
            store=store,
        )
        levels = [StockLevel.of(item, left) for item, left in answer]
    return RecordWastePayload(stock=levels, errors=errors)


def take_back_waste(info: Info, input: TakeBackWaste) -> TakeBackWastePayload:  # noqa: A002
    """Leave a record out of the figures; what is left of its items stays as it is."""
    context = info.context
    principal = for_store(context, Permission.RECORD_WASTE, input.store_id)
    errors: list[MutationError] = []
    levels: list[StockLevel] = []
    with expected_failures(errors):
        check_operation_id(input.waste_id, "wasteId")
        day = input.day.isoformat()
        store = StoreBeside(input.store_id)

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            store.profile()
            found = context.services.waste.of_operation(input.store_id, day, input.waste_id)
            ids = _items_of(found, input)
            stock = current if isinstance(current, Stock) else Stock(input.store_id, {})
            of_record = (input.store_id, day, input.waste_id)
            key = keys.waste_taken_back(*of_record, input.operation_id, stamp.region)
            is_taken_back = (input.day, input.waste_id) in found.taken_back
            return Edited(
                stock,
                _levels(stock, ids),
                creates={} if is_taken_back else {key: {}},
                expire=stamp.unix_ms // 1000 + waste.RETENTION_S,
            )

        answer = run(
            context,
            principal,
            operation_id=input.operation_id,
            action=TAKE_BACK_WASTE,
            document=keys.stock(input.store_id),
            mutation_input={"day": day, "wasteId": input.waste_id},
            edit=edit,
            store=store,
        )
        levels = [StockLevel.of(item, left) for item, left in answer]
    return TakeBackWastePayload(stock=levels, errors=errors)


def _check_day(context: Context, profile: StoreProfile, day: date) -> None:
    today = day_in(profile["time_zone"], context.at)
    with refusing_fields(lambda field: [field]):
        check_day("day", day, today)


def _items_of(found: "WasteSpan", input: TakeBackWasteInput) -> list[str]:  # noqa: A002
    """Return the items of a record.

    Raises:
        RefusedError: This region has no such record.
    """
    if not found.records:
        message = (
            f"no waste of {input.day} was recorded under {input.waste_id[:64]!r} here; `day` and "
            "`wasteId` are the day and the operationId of recordWaste, and a record of another "
            "region may arrive a moment later"
        )
        raise RefusedError(InvalidValueError(message=message, path=["wasteId"]))
    return sorted({line.item_id for record in found.records for line in record.lines})


def _priced(
    context: Context, store_id: str, catalog: CatalogVersion, wasted: dict[str, int]
) -> tuple[waste.WastedLine, ...]:
    assortment = context.services.waste.assortment(store_id)

    def price(item: str) -> int:
        own: int | None = None if assortment is None else assortment.value(item, "price")
        return catalog.by_id[item].price if own is None else own

    return tuple(
        waste.WastedLine(item, pieces, price(item)) for item, pieces in sorted(wasted.items())
    )


def _levels(stock: Stock, item_ids: Iterable[str]) -> list[list[Any]]:
    return [[item, stock.left(item)] for item in item_ids]


@strawberry.type
class WasteMutations:
    """Fields of `Mutation` about waste."""

    record_waste: RecordWastePayload = strawberry.mutation(
        resolver=record_waste,
        description="Record what a store threw away; it lowers what is left as a sale does. Needs "
        "its till or manager.",
        directives=fields.weight(),
    )
    take_back_waste: TakeBackWastePayload = strawberry.mutation(
        resolver=take_back_waste,
        description="Take a record of recordWaste back that was a mistake: the figures leave it "
        "out. What is left of its items is not changed; a count (recordStockCount) corrects it. "
        "Needs the store's till or manager.",
        directives=fields.weight(),
    )
