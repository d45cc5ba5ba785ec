"""The subscription to the state of the regions."""

from typing import Any, NamedTuple

import strawberry

from graphql_schema.context import Context
from graphql_schema.cost.directives import Cost, sized
from graphql_schema.info import Info
from graphql_schema.plain_resolvers import resolved_by
from graphql_schema.region import reads
from graphql_schema.region.types import Region
from graphql_schema.region.views import RegionView
from graphql_schema.versions import version_of


@strawberry.type(description="The state of the regions, as the answering region knows it.")
class RegionStatus:
    version: str = strawberry.field(
        description="Changes when a region is taken out of traffic or put back."
    )
    region: Region = strawberry.field(description="The region that answers.")
    drained: list[str] = strawberry.field(
        description="Regions that take no traffic, by name.", directives=[sized(3)]
    )


class RegionStatusView(NamedTuple):
    """The attributes of `RegionStatus`."""

    version: str
    region: RegionView
    drained: list[str]


def region_status(context: Context) -> RegionStatusView:
    """Return the state of the regions now."""
    context.cache.narrow(0, "regions")
    drained = sorted(context.services.regions.states().drained)
    version = version_of(["drained", *drained])
    return RegionStatusView(version, reads.region(context), drained)


@strawberry.type
class RegionSubscriptions:
    """Fields of `Subscription` about regions."""

    @strawberry.field(
        graphql_type=RegionStatus,
        metadata=resolved_by(region_status),
        description="The state of the regions: now, and again when one is taken out of traffic or "
        "put back.",
        directives=[Cost(weight=200)],
    )
    def region_status(self, info: Info) -> Any:
        """Return the state of the regions."""
        return region_status(info.context)
