"""GraphQL types of edit conflicts."""

import json
from datetime import datetime
from typing import Any, Self

import strawberry

from graphql_schema.pagination.types import Connection
from graphql_schema.stamps import moment
from services.domain.documents.journal import EditConflict as DomainConflict
from services.domain.documents.journal import JournalEntry


@strawberry.type(description="One of two edits that were made at once.")
class JournaledEdit:
    value: str = strawberry.field(description="What it set, as JSON: `249`, `true`, `null`.")
    author: str = strawberry.field(description="Subject of the token that it came with.")
    region: str = strawberry.field(description="AWS region that took it.")
    at: datetime = strawberry.field(description="When, by that region's clock (UTC).")
    stamp: str = strawberry.field(description="Its stamp; of two, the higher one stands.")
    operation_id: strawberry.ID = strawberry.field(description="The mutation's operationId.")

    @classmethod
    def of(cls, entry: JournalEntry, value: Any) -> Self:
        """Return the GraphQL object of one side of a conflict."""
        return cls(
            value=json.dumps(value, ensure_ascii=False),
            author=entry.author,
            region=entry.stamp.region,
            at=moment(entry.stamp),
            stamp=str(entry.stamp),
            operation_id=strawberry.ID(entry.operation_id),
        )


@strawberry.type(
    description="Two people set one entry at once: neither had seen the other's value. The one "
    "with the higher stamp stands; the other is only here."
)
class EditConflict:
    document: str = strawberry.field(description="The document: `STORE#us-00001/ASSORTMENT`.")
    entry: str = strawberry.field(description="Where in the document: `glazed-ring/price`.")
    standing: JournaledEdit = strawberry.field(
        description="The edit that beat it: the first with a higher "
        "stamp that had not seen it. Later edits may have replaced it since."
    )
    lost: JournaledEdit = strawberry.field(description="The edit that was lost.")

    @classmethod
    def of(cls, conflict: DomainConflict) -> Self:
        """Return the GraphQL object of a conflict."""
        return cls(
            document="/".join(conflict.document),
            entry=conflict.entry,
            standing=JournaledEdit.of(conflict.standing, conflict.standing_value),
            lost=JournaledEdit.of(conflict.lost, conflict.lost_value),
        )


@strawberry.type(
    description="A page of conflicts (Relay connection), newest loss first. It may be short, or "
    "empty, and still have a next page: `totalCount` counts what is listed, and an edit of several "
    "regions that turns out to have been seen is left out when its page is read."
)
class EditConflictConnection(Connection[EditConflict]):
    """A page of edit conflicts."""
