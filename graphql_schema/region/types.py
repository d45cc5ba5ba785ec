"""GraphQL types of the region that answers."""

import strawberry

from graphql_schema.cost.directives import sized


@strawberry.type(description="How long ago another region was last heard from.")
class ReplicationLag:
    region: str = strawberry.field(description="The other region.")
    seconds: float = strawberry.field(
        description="Age of the newest heartbeat of that region which has been replicated here. "
        "Regions beat every five seconds while they are being checked, so the lag itself is at "
        "most this."
    )


@strawberry.type(description="The region that answered.")
class Region:
    name: str = strawberry.field(description="AWS region, such as `eu-west-1`.")
    version: str = strawberry.field(description="Version of the software that answered.")
    replication_lag: list[ReplicationLag] = strawberry.field(
        description="What this region last heard from each other region.",
        directives=[sized(3)],
    )
