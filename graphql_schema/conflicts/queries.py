"""The query of edit conflicts."""

import base64
from typing import Annotated, Any

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
from services.storage.conflicts import DOCUMENTS
from services.storage.keys import store_partition


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
        found = context.services.conflicts.of_chain()
    else:
        for_store(context, Permission.READ_STORE_CONFLICTS, store_id)
        found = context.services.conflicts.of_partition(store_partition(store_id))
    cursors = [_cursor(one) for one in found]
    start = 0
    if after is not None:
        if after not in cursors:
            raise BadInputError("after is no cursor of these conflicts; leave it out to start anew")
        start = cursors.index(after) + 1
    page = list(zip(cursors, found, strict=True))[start : start + first]
    return ConnectionView(
        edges=[EdgeView(EditConflict.of(one), key) for key, one in page],
        page_info=PageInfoView(
            has_next_page=start + len(page) < len(found),
            has_previous_page=start > 0,
            start_cursor=page[0][0] if page else None,
            end_cursor=page[-1][0] if page else None,
        ),
        total_count=len(found),
    )


def _cursor(conflict: DomainConflict) -> str:
    parts = (str(conflict.lost.stamp), *conflict.document, conflict.entry)
    return base64.urlsafe_b64encode("\x1f".join(parts).encode()).decode().rstrip("=")


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
