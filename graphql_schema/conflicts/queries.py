"""The query of edit conflicts."""

import base64
from typing import Annotated, Any, Final

import strawberry

from graphql_schema.access import for_chain, for_store
from graphql_schema.conflicts.types import EditConflict, EditConflictConnection
from graphql_schema.cost.directives import Cost, page
from graphql_schema.errors import BadInputError
from graphql_schema.info import Info
from graphql_schema.pagination.arguments import After, First
from graphql_schema.pagination.reads import MAX_PAGE, check_first
from graphql_schema.pagination.views import ConnectionView, EdgeView, PageInfoView
from services.domain.documents.journal import EditConflict as DomainConflict
from services.domain.people.policy import Permission
from services.domain.stamp import Stamp
from services.storage.conflicts import DOCUMENTS, place_of
from services.storage.keys import store_partition

_SEPARATOR: Final = "\x1f"  # in no id, and in no path of a document


def edit_conflicts(
    info: Info,
    store_id: Annotated[
        strawberry.ID | None,
        strawberry.argument(
            description="All conflicts in this store's documents. Default: in the "
            f"{DOCUMENTS} documents of the chain that had one last, for admins and operators."
        ),
    ] = None,
    first: First = 20,
    after: After = None,
) -> ConnectionView[EditConflict]:
    """Return a page of conflicts, read from this region's copy of their index."""
    context = info.context
    context.cache.narrow(0)
    check_first(first)
    if store_id is None:
        for_chain(context, Permission.READ_CHAIN_CONFLICTS)
        listed = context.services.conflicts.indexed_in_chain()
    else:
        for_store(context, Permission.READ_STORE_CONFLICTS, store_id)
        listed = context.services.conflicts.indexed(store_partition(store_id))
    # By its place, so that a conflict that was withdrawn meanwhile can be continued after.
    last = None if after is None else _place(after)
    start = 0 if last is None else sum(place_of(one) >= last for one in listed)
    page = listed[start : start + first]
    return ConnectionView(
        edges=[
            EdgeView(EditConflict.of(one), _cursor(one))
            for one in context.services.conflicts.lost_of(page)
        ],
        page_info=PageInfoView(
            has_next_page=start + len(page) < len(listed),
            has_previous_page=start > 0,
            start_cursor=_cursor(page[0]) if page else None,
            end_cursor=_cursor(page[-1]) if page else None,
        ),
        total_count=len(listed),
    )


def _cursor(conflict: DomainConflict) -> str:
    return base64.urlsafe_b64encode(_SEPARATOR.join(place_of(conflict)).encode()).decode()


def _place(cursor: str) -> tuple[str, ...]:
    """Return the place of a cursor.

    Raises:
        BadInputError: It is no cursor of conflicts.
    """
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii")).decode()
        stamp, entry, pk, sk = text.split(_SEPARATOR)
        return str(Stamp.parse(stamp)), entry, pk, sk
    except ValueError as error:
        message = "after is no cursor of these conflicts; leave it out to start anew"
        raise BadInputError(message) from error


@strawberry.type
class ConflictQueries:
    """Fields of `Query` about edit conflicts."""

    edit_conflicts: Any = strawberry.field(
        resolver=edit_conflicts,
        graphql_type=EditConflictConnection,
        description="Edits that were made at once, of which one was lost; staff only. They are "
        "listed when both edits have arrived in the region, normally within seconds.",
        directives=[Cost(weight=1000), page(MAX_PAGE, "edges")],
    )
