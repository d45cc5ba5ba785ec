"""Imports of count files: the types that say what became of a file, and their list."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Self

import strawberry

from graphql_schema.access import for_chain, for_store
from graphql_schema.cost.directives import sized
from graphql_schema.errors import BadInputError
from graphql_schema.info import Info
from graphql_schema.pagination.arguments import After, First
from graphql_schema.pagination.reads import check_first
from graphql_schema.pagination.types import Edge, PageInfo
from graphql_schema.pagination.views import EdgeView, PageInfoView
from services.domain.ids import is_id
from services.domain.people.policy import Permission
from services.storage.stock_imports import MAX_LISTED, ImportRecord

_LONGEST_CURSOR = 64


@strawberry.enum(description="What became of a count file.")
class StockImportStatus(Enum):
    LOADED = strawberry.enum_value("loaded", description="Every row is loaded or unchanged.")
    PARTLY = strawberry.enum_value(
        "partly", description="Some rows are unknown or refused, or the file breaks off."
    )
    REFUSED = strawberry.enum_value("refused", description="No row counts anything.")
    REPLACED = strawberry.enum_value(
        "replaced", description="Another file was uploaded under its key before it was read."
    )
    FAILED = strawberry.enum_value(
        "failed", description="It could not be loaded to its end, and is not tried again."
    )


@strawberry.type(description="Why a row of a count file was refused.")
class StockImportProblem:
    line: int = strawberry.field(description="Line on which the row starts, from 1.")
    column: str | None = strawberry.field(description="The column; null: the row as a whole.")
    reason: str = strawberry.field(description="What is wrong, and what to write instead.")


@strawberry.type(
    description="A row about a store or an item that carte does not know; its count is kept until "
    "it does."
)
class StockImportUnknownRow:
    line: int = strawberry.field(description="Line on which the row starts, from 1.")
    store: str = strawberry.field(description="The store as the file names it.")
    item: str = strawberry.field(description="The item as the file names it.")
    pieces: int = strawberry.field(description="Pieces counted.")
    reason: str = strawberry.field(description="What is unknown.")


@strawberry.type(
    description="One import of a count file. loaded, unchanged, unknown and refused add up to rows."
)
class StockImport:
    upload_id: strawberry.ID = strawberry.field(description="Id of the upload.")
    file: str = strawberry.field(description="Key of the file in the region's bucket.")
    report: str | None = strawberry.field(
        description="Key of the whole report in the same bucket; it lists up to 1000 rows of each."
    )
    region: str = strawberry.field(description="AWS region that took the file.")
    status: StockImportStatus = strawberry.field(description="What became of it.")
    uploaded_at: datetime | None = strawberry.field(
        description="When it was uploaded (UTC); null where it was not read."
    )
    uploaded_by: str | None = strawberry.field(
        description="Who uploaded it: the subject of a token, or the file's address in S3."
    )
    encoding: str | None = strawberry.field(
        description="How it was read: `UTF-8`, `UTF-16`, `Windows-1252` or `Shift-JIS`."
    )
    delimiter: str | None = strawberry.field(description="The character between its fields.")
    ignored_columns: list[str] = strawberry.field(
        description="The first columns that were not used.", directives=[sized(5)]
    )
    rows: int = strawberry.field(description="Rows below the header.")
    stores: int = strawberry.field(description="Stores that its rows are about.")
    loaded: int = strawberry.field(description="Rows whose count was set.")
    unchanged: int = strawberry.field(
        description="Rows that repeat another, or are no newer than the count in force."
    )
    unknown: int = strawberry.field(description="Rows that are kept until carte knows their item.")
    refused: int = strawberry.field(description="Rows that count nothing.")
    problems: list[StockImportProblem] = strawberry.field(
        description=f"The first {MAX_LISTED} refused rows.", directives=[sized(10)]
    )
    problems_left_out: int = strawberry.field(description="Refused rows that are not listed.")
    unknown_rows: list[StockImportUnknownRow] = strawberry.field(
        description=f"The first {MAX_LISTED} unknown rows.", directives=[sized(10)]
    )
    unknown_rows_left_out: int = strawberry.field(description="Unknown rows that are not listed.")
    error: str | None = strawberry.field(
        description="Why the file, or its rest, could not be read; null: it was read whole."
    )
    copy_of_upload_at: datetime | None = strawberry.field(
        description="When the same content was uploaded first (UTC): the file is a copy, and its "
        "counts have that time where its rows name none. Null: it is no copy."
    )
    hint: str | None = strawberry.field(
        description="What to do about the error, or about a copy that was counted anew."
    )

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> Self:
        """Return the GraphQL object of a report."""
        uploaded, copied = report.get("uploadedAt"), report.get("copyOfUploadAt")
        return cls(
            upload_id=strawberry.ID(report["upload"]),
            file=report["file"],
            report=report.get("report"),
            region=report["region"],
            status=StockImportStatus(report["status"]),
            uploaded_at=datetime.fromisoformat(uploaded) if uploaded else None,
            uploaded_by=report.get("uploadedBy"),
            encoding=report.get("encoding"),
            delimiter=report.get("delimiter"),
            ignored_columns=report.get("ignoredColumns", []),
            rows=report.get("rows", 0),
            stores=report.get("stores", 0),
            loaded=report.get("loaded", 0),
            unchanged=report.get("unchanged", 0),
            unknown=report.get("unknown", 0),
            refused=report.get("refused", 0),
            problems=[StockImportProblem(**_shown(one)) for one in report.get("problems", ())],
            problems_left_out=report.get("problemsLeftOut", 0),
            unknown_rows=[
                StockImportUnknownRow(**_shown(one)) for one in report.get("unknownRows", ())
            ],
            unknown_rows_left_out=report.get("unknownRowsLeftOut", 0),
            error=report.get("error"),
            copy_of_upload_at=datetime.fromisoformat(copied) if copied else None,
            hint=report.get("hint"),
        )


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a listed row without the id by which rows of a store are found."""
    return {name: value for name, value in row.items() if name != "storeId"}


@strawberry.type(description="A page of imports (Relay connection), the newest upload first.")
class StockImportConnection:
    """Without a number of all entries: counting them would read them all."""

    edges: list[Edge[StockImport]] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page lies.")

    @classmethod
    def of(cls, found: list[ImportRecord], after: str | None, *, more: bool) -> Self:
        """Return the GraphQL object of a page."""
        edges: Any = [EdgeView(StockImport.of(one.report), one.cursor) for one in found]
        info: Any = PageInfoView.of(edges, has_next=more, has_previous=after is not None)
        return cls(edges=edges, page_info=info)


def stock_imports(
    info: Info,
    store_id: Annotated[
        strawberry.ID | None,
        strawberry.argument(
            description="Imports that count this store; a file of more than 100 stores is in the "
            "list of the chain only. Default: all of the chain, for chain:admin."
        ),
    ] = None,
    first: First = 20,
    after: After = None,
) -> StockImportConnection:
    """Return a page of imports of count files, from this region's replica."""
    context = info.context
    context.cache.narrow(0)
    check_first(first)
    if store_id is None:
        for_chain(context, Permission.READ_CHAIN_STOCK)
    else:
        for_store(context, Permission.COUNT_STOCK, store_id)
        if not is_id(store_id):
            raise BadInputError(f"{store_id[:64]!r} is no id of a store")
    if after is not None and not (after.isascii() and 0 < len(after) <= _LONGEST_CURSOR):
        raise BadInputError("after is no cursor of these imports; leave it out to start anew")
    found, more = context.services.stock_imports.page(store_id, first, after)
    return StockImportConnection.of(found, after, more=more)
