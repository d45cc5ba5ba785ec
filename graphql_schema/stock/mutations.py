"""recordStockCount, recordSale and createStockUpload: what a store has left."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from graphql_schema.access import for_chain, for_store
from graphql_schema.context import Context
from graphql_schema.cost.directives import sized
from graphql_schema.info import Info
from graphql_schema.mutations import fields
from graphql_schema.mutations.errors import InvalidValueError, MutationError
from graphql_schema.mutations.running import (
    RefusedError,
    StoreBeside,
    check_items,
    check_lines,
    check_operation_id,
    existing_store,
    expected_failures,
    refusing_fields,
    run,
)
from graphql_schema.stock.alerts import UPDATE, UpdateStockAlertsPayload, update_stock_alerts
from graphql_schema.stock.types import StockLevel
from services.domain.aws_regions import nearest_regions
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.people.policy import Permission
from services.domain.principal import Principal
from services.domain.stamp import Stamp
from services.domain.stock_edits import count_stock, sell
from services.domain.stock_files.upload_keys import (
    CONTENT_TYPES,
    MAX_BYTES,
    content_type,
    upload_key,
)
from services.domain.validation import MAX_PIECES, MAX_SOLD
from services.storage import keys
from services.storage.kinds import Document
from services.storage.operations import Edited


@strawberry.input(description="How many pieces of an item there are.")
class StockCountLineInput:
    item_id: strawberry.ID = strawberry.field(description="An item of the market's catalog.")
    pieces: int = strawberry.field(description=f"Pieces counted, 0 to {MAX_PIECES}.")


@strawberry.input(description="Records that someone counted.")
class RecordStockCountInput:
    operation_id: strawberry.ID = fields.operation_id()
    store_id: strawberry.ID = fields.store_id()
    counts: list[StockCountLineInput] = fields.lines()


@strawberry.input(description="How many pieces of an item were sold.")
class SaleLineInput:
    item_id: strawberry.ID = strawberry.field(description="An item of the market's catalog.")
    pieces: int = strawberry.field(description=f"Pieces sold, 1 to {MAX_SOLD}.")


@strawberry.input(description="Records a sale, as a till sees it.")
class RecordSaleInput:
    operation_id: strawberry.ID = fields.operation_id(by="till", unit="sale")
    store_id: strawberry.ID = fields.store_id()
    lines: list[SaleLineInput] = fields.lines()


@strawberry.type(description="What became of recordStockCount.")
class RecordStockCountPayload:
    stock: list[StockLevel] = fields.payload_lines(
        "The items counted, as they were right after; empty on errors."
    )
    errors: list[MutationError] = fields.errors()


@strawberry.type(description="What became of recordSale.")
class RecordSalePayload:
    stock: list[StockLevel] = fields.payload_lines(
        "The items sold, as they were right after; empty on errors."
    )
    errors: list[MutationError] = fields.errors()


RecordStockCount = Annotated[
    RecordStockCountInput, strawberry.argument(description="What was counted, and where.")
]
RecordSale = Annotated[
    RecordSaleInput, strawberry.argument(description="What was sold, and where.")
]


def record_stock_count(info: Info, input: RecordStockCount) -> RecordStockCountPayload:  # noqa: A002
    """Record a count with the sales it had seen; sales that arrive later still lower it."""
    context = info.context
    principal = for_store(context, Permission.COUNT_STOCK, input.store_id)
    errors: list[MutationError] = []
    levels: list[StockLevel] = []
    with expected_failures(errors):
        counts = {str(line.item_id): line.pieces for line in input.counts}
        store = StoreBeside(input.store_id)

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            ids = [str(line.item_id) for line in input.counts]
            check_lines("counts", ids)
            profile = _check_items_of(context, store, "counts", ids)
            regions = context.services.orders.regions
            nearest = nearest_regions(profile["latitude"], profile["longitude"], regions)
            before = current if isinstance(current, Stock) else None
            with refusing_fields(lambda item: ["counts", str(ids.index(item)), "pieces"]):
                now = int(context.at.timestamp())
                stock, changes = count_stock(
                    before,
                    input.store_id,
                    counts,
                    stamp,
                    now=now,
                    nearest=nearest,
                    wall_ms=context.services.operations.now_ms(),
                )
            return Edited(stock, _levels(stock, ids), changes)

        answer = run(
            context,
            principal,
            operation_id=input.operation_id,
            action="recordStockCount",
            document=keys.stock(input.store_id),
            mutation_input=counts,
            edit=edit,
            store=store,
        )
        levels = [StockLevel.of(item, left) for item, left in answer]
    return RecordStockCountPayload(stock=levels, errors=errors)


def record_sale(info: Info, input: RecordSale) -> RecordSalePayload:  # noqa: A002
    """Record a sale in this region's own counter; regions never write each other's."""
    context = info.context
    principal = for_store(context, Permission.RECORD_SALE, input.store_id)
    errors: list[MutationError] = []
    levels: list[StockLevel] = []
    with expected_failures(errors):
        sold = {str(line.item_id): line.pieces for line in input.lines}
        store = StoreBeside(input.store_id)

        def edit(current: Document | None, stamp: Stamp) -> Edited:
            ids = [str(line.item_id) for line in input.lines]
            check_lines("lines", ids)
            _check_items_of(context, store, "lines", ids)
            before = current if isinstance(current, Stock) else None
            with refusing_fields(lambda item: ["lines", str(ids.index(item)), "pieces"]):
                stock = sell(before, input.store_id, sold, stamp.region)
            return Edited(stock, _levels(stock, ids), sold=sold)

        answer = run(
            context,
            principal,
            operation_id=input.operation_id,
            action="recordSale",
            document=keys.stock(input.store_id),
            mutation_input=sold,
            edit=edit,
            store=store,
        )
        levels = [StockLevel.of(item, left) for item, left in answer]
    return RecordSalePayload(stock=levels, errors=errors)


def _check_items_of(
    context: Context, store: StoreBeside, field: str, item_ids: list[str]
) -> StoreProfile:
    profile = store.profile()
    check_items(field, item_ids, context.services.catalogs.current(profile["market"]))
    return profile


def _levels(stock: Stock, item_ids: list[str]) -> list[list[Any]]:
    return [[item, stock.left(item)] for item in item_ids]


@strawberry.input(description="Prepares the upload of one file of counts.")
class CreateStockUploadInput:
    operation_id: strawberry.ID = fields.operation_id()
    store_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The only store that the file may count; rows of others are refused, and rows "
        "need not name it. Default: any store, for chain:admin.",
    )
    file_name: str = strawberry.field(description="The file's name; it is part of the key.")
    content_type: str = strawberry.field(
        default=CONTENT_TYPES[0], description=f"One of {', '.join(CONTENT_TYPES)}."
    )


@strawberry.type(description="A field of an upload's form.")
class StockUploadField:
    name: str = strawberry.field(description="The field's name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type(
    description="A form that uploads one file to the region's bucket: POST it to `url` as "
    "multipart/form-data with all `fields` and then the field `file`. What comes of the file is in "
    "`stockImports`."
)
class StockUpload:
    url: str = strawberry.field(description="Where to send the form.")
    fields: list[StockUploadField] = strawberry.field(
        description="Fields to send before the file.", directives=[sized(12)]
    )
    key: str = strawberry.field(description="The file's key, by which `stockImports` names it.")
    max_bytes: int = strawberry.field(description="The largest file that is taken, in bytes.")
    expires_at: datetime = strawberry.field(description="Until when it is taken (UTC).")


@strawberry.type(description="What became of createStockUpload.")
class CreateStockUploadPayload:
    upload: StockUpload | None = strawberry.field(description="The form; null on errors.")
    errors: list[MutationError] = fields.errors()


CreateStockUpload = Annotated[
    CreateStockUploadInput, strawberry.argument(description="Which file, and whose counts.")
]


def create_stock_upload(info: Info, input: CreateStockUpload) -> CreateStockUploadPayload:  # noqa: A002
    """Make a form for one upload; a retry gets a new form for the same key."""
    context = info.context
    store_id = input.store_id
    principal = _uploader(context, store_id)
    errors: list[MutationError] = []
    upload: StockUpload | None = None
    with expected_failures(errors):
        check_operation_id(input.operation_id)
        if store_id is not None:
            existing_store(context, store_id)
        uploads = context.services.count_uploads
        if uploads is None:
            message = "this deployment takes no files of counts; use recordStockCount"
            raise RefusedError(InvalidValueError(message=message, path=[]))
        with refusing_fields(lambda field: [field]):
            key = upload_key(store_id, input.operation_id, input.file_name)
            type_ = content_type(input.content_type)
        form = uploads.form(key, type_, principal.subject)
        upload = StockUpload(
            url=form.url,
            fields=[StockUploadField(name=name, value=one) for name, one in form.fields.items()],
            key=key,
            max_bytes=MAX_BYTES,
            expires_at=form.expires,
        )
    return CreateStockUploadPayload(upload=upload, errors=errors)


def _uploader(context: Context, store_id: str | None) -> Principal:
    if store_id is None:
        return for_chain(context, Permission.COUNT_CHAIN_STOCK)
    return for_store(context, Permission.COUNT_STOCK, store_id)


@strawberry.type
class StockMutations:
    """Fields of `Mutation` about stock."""

    record_stock_count: RecordStockCountPayload = strawberry.mutation(
        resolver=record_stock_count,
        description="Record what someone counted in a store. Needs its manager.",
        directives=fields.weight(),
    )
    record_sale: RecordSalePayload = strawberry.mutation(
        resolver=record_sale,
        description="Record a sale of a store. Needs its till or manager.",
        directives=fields.weight(),
    )
    update_stock_alerts: UpdateStockAlertsPayload = strawberry.mutation(
        resolver=update_stock_alerts, description=UPDATE, directives=fields.weight()
    )
    create_stock_upload: CreateStockUploadPayload = strawberry.mutation(
        resolver=create_stock_upload,
        description="Prepare the upload of a file of counts. Needs the store's manager, or "
        "chain:admin for a file of several stores.",
        directives=fields.weight(),
    )
