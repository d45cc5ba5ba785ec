"""The query of the region that answers."""

from typing import Any

import strawberry

from graphql_schema.cost.directives import Cost
from graphql_schema.info import Info
from graphql_schema.plain_resolvers import resolved_by
from graphql_schema.region import reads
from graphql_schema.region.types import Region


@strawberry.type
class RegionQueries:
    """Fields of `Query` about the region that answers."""

    @strawberry.field(
        graphql_type=Region,
        metadata=resolved_by(reads.region),
        description="The region that answers this very request; never cached.",
        directives=[Cost(weight=100)],
    )
    def region(self, info: Info) -> Any:
        """Return this region."""
        return reads.region(info.context)
